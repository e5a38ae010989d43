/**
 * Runs the test files: `node dist/test/run.js [--clocks] [pattern…]`.
 *
 * A pattern is a part of a file's path below `test/`; a path to a `.js` file names that one file. Each file gets
 * a process of its own. The last line is `N passed, N failed, N skipped`; exits 1 if anything failed or no test
 * ran.
 *
 * With `--clocks`, files that look at the clock and start no Node process run again with a clock that is a year ahead, and a year back;
 * the totals count what fails there, and the tests themselves once.
 *
 * CLAIMD_TEST_ONLY=1 allows `.only`; CLAIMD_TEST_FILE_LIMIT is the time that a file may take, in seconds (120).
 */

import { clocksLine, runWithClocks } from './harness/clocks.js'
import { summary, totalsLine, totalsOf } from './harness/report.js'
import { runFiles } from './harness/run-files.js'
import { testFiles } from './harness/test-files.js'

const args = process.argv.slice(2)
const patterns = args.filter((arg) => arg !== '--clocks')
const files = testFiles(patterns)
if (files.length === 0) process.stdout.write(`no test file matches ${patterns.join(' ') || 'anything'}\n`)

const reports = await runFiles(files, process.stdout)
const again = args.includes('--clocks') ? await runWithClocks(reports, process.stdout) : []
const totals = totalsOf(reports)
totals.failed += totalsOf(again).failed
process.stdout.write(`${summary([...reports, ...again])}\n\n${clocksLine(again)}${totalsLine(totals)}\n`)
process.exitCode = totals.failed > 0 || totals.passed + totals.skipped === 0 ? 1 : 0
