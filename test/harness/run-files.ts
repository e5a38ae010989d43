import { availableParallelism } from 'node:os'
import { type FileReport, type FileRun, type Job, runJob } from './file-run.js'
import { fileLine } from './report.js'

/** Milliseconds a test file may take; CLAIMD_TEST_FILE_LIMIT, in seconds, sets another limit. */
const fileLimit = Number(process.env.CLAIMD_TEST_FILE_LIMIT ?? 120) * 1_000

/**
 * Runs test files side by side and writes a line for each, in the order of `files`.
 * SIGINT and SIGTERM end all of them and the run with them.
 */
export async function runFiles(files: string[], out: NodeJS.WritableStream): Promise<FileReport[]> {
  return runJobs(
    files.map((file) => ({ name: file, files: [file] })),
    out,
  )
}

/** Runs jobs side by side, as {@link runFiles} does for single files. */
export async function runJobs(jobs: Job[], out: NodeJS.WritableStream): Promise<FileReport[]> {
  const running = new Set<FileRun>()
  // Tests with whole processes take longest: begun first, they do not run alone in the end.
  const isLong = ({ job }: { job: Job }) => Number(/\/test\/system\/|\/conformance\//.test(job.name))
  const waiting = jobs.map((job, index) => ({ job, index })).sort((a, b) => isLong(b) - isLong(a))
  const reports: FileReport[] = new Array(jobs.length)
  let written = 0
  const interrupt = () => {
    waiting.length = 0
    for (const run of running) run.cancel()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)

  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const run = runJob(next.job, fileLimit)
      running.add(run)
      reports[next.index] = await run.report
      running.delete(run)
      for (let done = reports[written]; done; done = reports[written]) {
        out.write(`${fileLine(done)}\n`)
        written++
      }
    }
  }
  // One more than there are processors: tests with whole processes wait for them half of the time.
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, work))
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  // A run that was interrupted has no reports of the files it did not reach.
  return reports.filter((report) => report !== undefined)
}
