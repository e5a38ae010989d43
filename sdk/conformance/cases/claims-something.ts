import { type Case, fail, pass } from '../case.js'
import { claimOne, nothingClaimed } from '../claiming.js'

export const claimsSomething: Case = {
  id: 'claims-something',
  rule: 'Of the adapters that are tried, the plugin claims at least one; else most rules were not put to the test.',
  level: 'should',
  async run(bench) {
    const claim = await claimOne(bench, await bench.startPlugin())
    if (claim) return pass(`${claim.adapter.name} was claimed for connection ${claim.connection}`)
    return fail(
      nothingClaimed,
      'a claim',
      'Write a conformance.json beside package.json with the adapters and the configured connections that it needs to claim one',
    )
  },
}
