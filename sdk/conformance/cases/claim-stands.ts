import { type Case, fail, pass, skip } from '../case.js'
import { claimOne, nothingClaimed, settle, told } from '../claiming.js'

export const claimStands: Case = {
  id: 'claim-stands',
  rule: 'Told that its claim stands, the provider throws nothing, and goes on to confirm the claim.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    const claim = await claimOne(bench, plugin)
    if (!claim) return skip(nothingClaimed)
    const verified = await settle(() => plugin.verify(claim))
    const { claimedThrew } = await plugin.observed()
    const about = `${claim.adapter.name}, claimed for ${claim.connection}`
    if (claimedThrew !== null)
      return fail(
        `claimed threw for ${about}: ${claimedThrew}`,
        'nothing is thrown',
        'Catch in claimed what can fail, and write it to context.log.error; report `lost` where the claim is worth nothing without it',
      )
    if (verified.claim?.connection === claim.connection) return pass(`${about}, was confirmed`)
    return fail(
      `after claimed, verify of ${about} answered: ${told(verified)}`,
      `SUCCESS for connection ${JSON.stringify(claim.connection)}`,
      'Let verify answer by the adapter and its evidence, whatever claimed has done',
    )
  },
}
