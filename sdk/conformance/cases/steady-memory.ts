import type { Adapter } from '../../adapter.js'
import { type Case, fail, pass, skip } from '../case.js'
import { claimOne } from '../claiming.js'

/** So many offers are made before it is measured, and then between two measurements at most. */
const offers = { before: 320, between: 2048 }
/** So many are on their way at a time, as from the host. */
const atOnce = 32
/** Measuring takes no longer than this, in milliseconds. */
const longestMs = 3000
/** So much more memory is a leak, in bytes: half a kilobyte an offer. */
const leak = 1024 * 1024

export const steadyMemory: Case = {
  id: 'steady-memory',
  rule: 'Adapters that come, are offered, and go leave nothing behind in memory.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const held = await claimOne(bench, plugin)
    const provider = held?.provider ?? bench.plugin.providers[0]!.id
    const adapter = held?.adapter ?? bench.fitting(provider)[0]
    if (held) plugin.released(held, 'gone')
    if (!adapter) return skip('it has no match rule')
    let number = 1000
    const offerMany = async (count: number, untilMs: number) => {
      let done = 0
      for (const end = performance.now() + untilMs; done < count && performance.now() < end; done += atOnce) {
        await Promise.all(
          Array.from({ length: atOnce }, () => comeAndGo({ ...adapter, id: `${++number}.1` })),
        )
      }
      return done
    }
    const comeAndGo = async (one: Adapter) => {
      const { claim } = await plugin.offer(provider, one)
      if (claim) plugin.released(claim, 'gone')
    }
    await offerMany(offers.before, longestMs)
    const before = await plugin.memory()
    const done = await offerMany(offers.between, longestMs)
    const grown = (await plugin.memory()) - before
    const found = `${Math.round(grown / 1024)} KiB more after ${done} offers`
    if (grown < leak) return pass(found)
    return fail(
      found,
      `less than ${leak / 1024} KiB`,
      'Forget in released() what was remembered for an adapter or a fence, and bound what is kept for adapters that were declined',
    )
  },
}
