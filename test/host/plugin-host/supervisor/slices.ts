import type { Limits } from './world.js'

/** What may happen round a supervisor. All of it together is too much; each slice is explored entirely. */
export const small: readonly Limits[] = [
  { builds: 1, holds: 1, save: 1, verify: 1, no: 2, crash: 1 },
  { builds: 2, holds: 1, save: 2, crash: 1 },
  { builds: 1, holds: 0, offer: 1, crash: 1, unstarted: 1, save: 1 },
  { builds: 1, holds: 1, act: 2, save: 1, crash: 1 },
  { builds: 1, holds: 0, act: 2, cancelAct: 2, save: 1 },
  { builds: 1, holds: 0, act: 1, disconnect: 1, crash: 1, save: 1 },
  { builds: 1, holds: 1, save: 1, verify: 1, no: 2, distrust: 1 },
]

export const full: readonly Limits[] = [
  ...small,
  { builds: 1, holds: 0, act: 1, disconnect: 2, cancelAct: 1, crash: 1, save: 1 },
  { builds: 1, holds: 1, save: 1, verify: 1, unexpected: 1, pending: 1 },
  { builds: 1, holds: 1, save: 1, lost: 1, no: 1, offer: 1 },
  { builds: 1, holds: 0, offer: 2, crash: 3 },
  { builds: 1, holds: 1, save: 1, distrust: 2, offer: 1 },
  { builds: 1, holds: 1, save: 1, disable: 1, offer: 1 },
  { builds: 1, holds: 1, save: 2, touch: 1, reject: 1 },
  { builds: 1, holds: 1, act: 1, save: 1, disable: 1 },
  { builds: 1, holds: 1, save: 1, offer: 1, cancel: 1, retire: 1 },
  { builds: 1, holds: 1, save: 1, claim: 1, release: 1, offer: 1 },
  { builds: 1, holds: 1, save: 1, inspect: 1, crash: 1, offer: 1 },
  { builds: 2, holds: 1, save: 2, verify: 1, no: 1, crash: 1 },
  { builds: 1, holds: 1, save: 1, verify: 2, no: 2, disable: 1 },
  { builds: 1, holds: 2, save: 1, verify: 1, lost: 1, no: 2, crash: 1 },
  { builds: 1, holds: 1, save: 1, act: 1, crash: 2, verify: 1 },
  { builds: 2, holds: 1, save: 2, act: 1, no: 1 },
  { builds: 1, holds: 1, offer: 1, save: 2, crash: 2, touch: 1 },
  { builds: 1, holds: 1, offer: 1, save: 1, inspect: 1, disable: 1, no: 1, verify: 1 },
  { builds: 1, holds: 0, onStartup: 1, save: 2, crash: 2, disable: 1 },
  { builds: 1, holds: 1, onStartup: 1, save: 1, distrust: 2, unstarted: 1, act: 1 },
  { builds: 1, holds: 1, act: 1, save: 1, crash: 1, disable: 1 },
  { builds: 1, holds: 1, act: 1, save: 2, no: 1 },
  { builds: 1, holds: 1, act: 2, cancelAct: 2, crash: 1, save: 1, progress: 1 },
  { builds: 1, holds: 1, act: 1, cancelAct: 1, save: 1, disable: 1, distrust: 1 },
  { builds: 1, holds: 0, act: 2, cancelAct: 1, retire: 1, unstarted: 1 },
  { builds: 1, holds: 1, disconnect: 1, crash: 1, unstarted: 1, save: 1, disable: 1 },
  { builds: 1, holds: 0, disconnect: 1, crash: 2, distrust: 1, retire: 1, touch: 1 },
  { builds: 1, holds: 1, save: 1, status: 2, crash: 1, suspended: 1, cancel: 1 },
]

/** What may happen in a slice, in words. */
export function describe(limits: Limits): string {
  return Object.entries(limits)
    .map(([kind, times]) => `${kind} ${times}`)
    .join(', ')
}
