import type { Adapter } from '../adapter.js'
import type { Answered, Bench, Observed, RunningPlugin } from './bench.js'
import { delay, settle } from './claiming.js'

/** What became of one adapter in the survey. */
export interface Surveyed {
  provider: string
  adapter: Adapter
  /** It fits none of the provider's rules. */
  stranger: boolean
  offered: Answered
  /** Of an adapter that was claimed. */
  verified: Answered | null
}

/** Every adapter offered once, and verified if it was claimed: what many cases look at. */
export interface Survey {
  adapters: readonly Surveyed[]
  /** `null` when the process is not there any more to tell. */
  observed: Observed | null
  /** Why the process ended, and after which offer; `null` when it lives. */
  died: { why: string; after: string } | null
  log: readonly string[]
}

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
