import { type Case, type CaseReport, fail, skip, type Verdict } from '@claimd/sdk/conformance'
import type { HostBench } from './host-bench.js'

/** How long a case may take, in milliseconds. */
const limitMs = 40_000

/**
 * Runs a case on a bench of its own.
 * @param missing why it cannot be run; `null` when it can
 */
export async function reportOn(one: Case, bench: HostBench, missing: string | null): Promise<CaseReport> {
  const since = performance.now()
  const verdict = missing === null ? await run(one, bench) : skip(missing)
  const { id, rule, level } = one
  const { result, found } = verdict
  const ms = Math.round(performance.now() - since)
  const report = { id, rule, level, result, found, expected: null, remedy: null, ms }
  if (verdict.result !== 'fail') return report
  const { expected, remedy, faults } = verdict
  return { ...report, expected, remedy, ...(faults && { faults }) }
}

async function run(one: Case, bench: HostBench): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined
  let passed = false
  const overdue = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve(unfinished(`it took more than ${limitMs / 1000} s`)), limitMs)
  })
  try {
    const verdict = one.run(bench).catch((thrown: unknown) => unfinished(String(thrown)))
    const reached = await Promise.race([verdict, overdue])
    passed = reached.result === 'pass'
    return reached
  } finally {
    clearTimeout(timer)
    await bench.clear(passed)
  }
}

/** What stopped the case is the plugin's process, unless the kit has a fault. */
function unfinished(why: string): Verdict {
  return fail(
    why,
    'the case can be run to its end',
    "Look at the plugin's log, and at the cases that failed before",
  )
}
