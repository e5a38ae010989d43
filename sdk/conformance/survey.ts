import type { Bench, RunningPlugin, Survey, Surveyed } from './bench.js'
import { delay, settle } from './claiming.js'

/** Makes the {@link Survey}. */
export async function makeSurvey(bench: Bench, plugin: RunningPlugin): Promise<Survey> {
  const adapters: Surveyed[] = []
  const end = async (died: Survey['died']) => {
    const observed = died === null ? await plugin.observed() : null
    return { adapters, observed, died, log: [...plugin.log] }
  }
  for (const { id } of bench.plugin.providers) {
    const strangers = bench.strangers(id)
    for (const adapter of [...bench.fitting(id), ...strangers]) {
      const offered = await settle(() => plugin.offer(id, adapter))
      const { claim } = offered
      const verified = claim && (await settle(() => plugin.verify(claim)))
      if (claim) plugin.released(claim, 'operator')
      const why = plugin.died()
      if (why !== null) return end({ why, after: adapter.name })
      adapters.push({ provider: id, adapter, stranger: strangers.includes(adapter), offered, verified })
    }
  }
  // What was begun meanwhile may still fail.
  await delay(100)
  const why = plugin.died()
  return end(why === null ? null : { why, after: 'the last one' })
}
