import { type Case, fail, failThrown, pass, skip } from '../case.js'
import { claimOne, nothingClaimed, settle, told } from '../claiming.js'

export const claimStands: Case = {
  id: 'claim-stands',
  rule: 'Told that its claim stands, the provider throws nothing, and goes on to confirm the claim.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const claim = await claimOne(bench, plugin)
    if (!claim) return skip(nothingClaimed)
    const verified = await settle(() => plugin.verify(claim))
    const observed = await plugin.observed()
    const { claimedThrew } = observed
    const about = `${claim.adapter.name}, claimed for ${claim.connection}`
    if (claimedThrew !== null)
      return failThrown(observed, 'claimedThrew', {
        found: `claimed threw for ${about}: ${claimedThrew}`,
        expected: 'nothing is thrown',
        remedy:
          'Catch in claimed what can fail, and write it to context.log.error; report `lost` where the claim is worth nothing without it',
      })
    if (verified.claim?.connection === claim.connection) return pass(`${about}, was confirmed`)
    return fail(
      `after claimed, verify of ${about} answered: ${told(verified)}`,
      `SUCCESS for connection ${JSON.stringify(claim.connection)}`,
      'Let verify answer by the adapter and its evidence, whatever claimed has done',
    )
  },
}
