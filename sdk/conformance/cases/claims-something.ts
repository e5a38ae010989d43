import { type Case, fail, pass } from '../case.js'
import { nothingClaimed } from '../claiming.js'

export const claimsSomething: Case = {
  id: 'claims-something',
  rule: 'Of the adapters that are tried, the plugin claims at least one; else most rules were not put to the test.',
  level: 'should',
  async run(bench) {
    const { adapters } = await bench.survey()
    const claims = adapters.flatMap(({ stranger, offered }) => (stranger ? [] : (offered.claim ?? [])))
    const [first] = claims
    if (first) return pass(`${claims.length} of them, such as ${first.adapter.name} for ${first.connection}`)
    return fail(
      nothingClaimed,
      'a claim',
      'Write a conformance.json beside package.json with the adapters and the configured connections that it needs to claim one',
    )
  },
}
