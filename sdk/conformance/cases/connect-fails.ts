import { type Case, fail, pass } from '../case.js'
import { endTrouble, reserve, withConnectable } from '../connecting.js'

/** So many of the requests that a connect makes of the host are made to fail, one in each connect. */
const requests = 8

export const connectFails: Case = {
  id: 'connect-fails',
  rule: 'A connect that fails on its way leaves nothing behind once disconnect was called.',
  level: 'must',
  run: withConnectable(async (plugin, one) => {
    const before = await plugin.connecting.picture()
    let failAt = 0
    for (; failAt < requests; failAt++) {
      const dial = await reserve(plugin, one)
      const run = plugin.connecting.connect(dial, { failAt })
      const { interrupted, broke } = await run.ended
      const trouble = interrupted ? broke : await endTrouble(plugin, dial, before)
      if (trouble !== null)
        return fail(
          `the ${nth(failAt)} request that connect makes of claimd failed; ${trouble}`,
          'the same process, SUCCESS of disconnect, and nothing left',
          'Go in disconnect() by what is there, and not by how far connect() has come',
        )
      if (!run.hasFailed) break
    }
    return pass(
      failAt === 0 ? 'its connect asks claimd for nothing' : `it failed at each of ${failAt} requests`,
    )
  }),
}

function nth(at: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'][at] ?? `${at + 1}th`
}
