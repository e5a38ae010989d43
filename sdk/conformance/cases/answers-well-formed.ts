import { type Case, fail, pass } from '../case.js'
import { offer } from '../claiming.js'

export const answersWellFormed: Case = {
  id: 'answers-well-formed',
  rule: 'Every offer is answered with a result of the contract and what belongs to it.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    let offers = 0
    for (const { id } of bench.plugin.providers) {
      for (const adapter of [...bench.fitting(id), ...bench.strangers(id)]) {
        const { claim } = await offer(plugin, id, adapter)
        offers++
        if (claim) {
          await plugin.verify(claim)
          plugin.released(claim, 'operator')
        }
      }
    }
    const { malformed } = await plugin.observed()
    if (malformed === null) return pass(`${offers} offers, and a verify of each claim`)
    return fail(
      malformed,
      "{ result: 'SUCCESS', connection } or { result: 'PENDING', retryAfterMs } or { result: another code, reason? }",
      'Return one of these from every path of claimConnection and verify; the type is Answer of @claimd/sdk',
    )
  },
}
