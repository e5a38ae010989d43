import { fileURLToPath } from 'node:url'
import type { FileReport, Job } from './file-run.js'
import { totalsLine, totalsOf } from './report.js'
import { runJobs } from './run-files.js'

const year = 365 * 24 * 3_600_000
const clocks = [
  { title: 'the clock a year ahead', shift: year },
  { title: 'the clock a year back', shift: -year },
]
/** Several files share a process: to start one for each would take longer than their tests. */
const processesForAClock = 4
const preload = fileURLToPath(new URL('./shifted-clock.js', import.meta.url))

/** It measures what its own process reads, and here it shares one. */
const leftOut = '/discovery/catalogue.'

/**
 * Runs those files of a run again that looked at the clock and started no Node process, once for each shifted clock: a
 * test that depends on the day fails at least one of the three times. Node processes are no part of it, as their clock
 * is the machine's.
 * @param reports those of the first run
 */
export async function runWithClocks(
  reports: FileReport[],
  out: NodeJS.WritableStream,
): Promise<FileReport[]> {
  const files = reports
    .filter(({ startedNode, lookedAtClock }) => startedNode === null && lookedAtClock)
    .map(({ file }) => file)
    .filter((file) => !file.includes('/test/system/') && !file.includes(leftOut))
  const again = await runJobs(
    clocks.flatMap((clock) => jobsFor(clock, files)),
    out,
  )
  for (const { faults, startedNode } of again) {
    if (startedNode === null) continue
    faults.push({ title: 'started Node, whose clock is not shifted', text: startedNode })
  }
  return again
}

/** What the tests did under the shifted clocks, for the line above the totals. */
export function clocksLine(again: FileReport[]): string {
  return again.length > 0 ? `again, with shifted clocks: ${totalsLine(totalsOf(again))}\n` : ''
}

function jobsFor({ title, shift }: (typeof clocks)[number], files: string[]): Job[] {
  const groups = Array.from({ length: processesForAClock }, (_, number) =>
    files.filter((_, index) => index % processesForAClock === number),
  )
  return groups
    .filter((group) => group.length > 0)
    .map((group) => ({
      name: `${group.length} ${group.length === 1 ? 'file' : 'files'} with ${title}`,
      files: group,
      nodeOptions: ['--import', preload],
      env: { CLAIMD_TEST_CLOCK: String(shift) },
    }))
}
