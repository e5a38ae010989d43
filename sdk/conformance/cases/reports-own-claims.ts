import { type Case, fail, pass, skip } from '../case.js'
import { claimOne, delay, nothingClaimed } from '../claiming.js'

export const reportsOwnClaims: Case = {
  id: 'reports-own-claims',
  rule: 'Reports carry the fence of the claim that they are about.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const claim = await claimOne(bench, plugin)
    if (!claim) return skip(nothingClaimed)
    await plugin.verify(claim)
    await plugin.verify(claim, { ...claim.adapter, addresses: [] })
    await delay(50)
    const stray = plugin.reports.find(({ fence }) => fence !== claim.fence)
    if (!stray)
      return pass(plugin.reports.length === 0 ? 'nothing was reported' : `${plugin.reports.length} reports`)
    return fail(
      `a report about ${JSON.stringify(stray.connection)} with the fence ${stray.fence}`,
      `the fence ${claim.fence} of its claim; the host refuses any other`,
      'Keep the fence that came with the offer or with verify, and report with that',
    )
  },
}
