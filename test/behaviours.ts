/**
 * Runs all tests and prints, for every numbered behaviour, `ID<TAB>pass|fail|none<TAB>tests`. The account of the
 * run goes to standard error. Exits 1 if anything failed.
 */
import { behavioursOf } from './harness/behaviours.js'
import { summary, totalsLine, totalsOf } from './harness/report.js'
import { runFiles } from './harness/run-files.js'
import { testFiles } from './harness/test-files.js'

const reports = await runFiles(testFiles(process.argv.slice(2)), process.stderr)
const totals = totalsOf(reports)
process.stderr.write(`${summary(reports)}\n\n${totalsLine(totals)}\n`)
for (const { id, state, tests } of behavioursOf(reports)) {
  process.stdout.write(`${id}\t${state}\t${tests.join('; ')}\n`)
}
process.exitCode = totals.failed > 0 ? 1 : 0
