import { type Case, fail, pass, skip } from '../case.js'
import { firstClaim, nothingClaimed, settle, told } from '../claiming.js'

export const sameAfterCrash: Case = {
  id: 'same-after-crash',
  rule: 'Killed between its answer and the confirmation, the plugin comes back and confirms the claim.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const claim = await firstClaim(bench, plugin)
    if (!claim) return skip(nothingClaimed)
    await plugin.kill()
    const verified = await settle(() => plugin.verify(claim))
    if (verified.claim?.connection === claim.connection)
      return pass(`${claim.adapter.name} was confirmed for ${claim.connection}`)
    return fail(
      `${claim.adapter.name} was claimed for ${claim.connection}; the new process was asked to verify that: ${told(verified)}`,
      `SUCCESS for connection ${JSON.stringify(claim.connection)}`,
      'Decide in verify by the adapter, the connection and the evidence that it is given: what was kept in memory is gone',
    )
  },
}
