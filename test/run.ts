/**
 * Runs the test files: `node dist/test/run.js [pattern…]`.
 *
 * A pattern is a part of a file's path below `test/`; a path to a `.js` file names that one file. Each file gets
 * a process of its own. The last line is `N passed, N failed, N skipped`; exits 1 if anything failed or no test
 * ran.
 *
 * CLAIMD_TEST_ONLY=1 allows `.only`; CLAIMD_TEST_FILE_LIMIT is the time that a file may take, in seconds (120).
 */

import { summary, totalsLine, totalsOf } from './harness/report.js'
import { runFiles } from './harness/run-files.js'
import { testFiles } from './harness/test-files.js'

const patterns = process.argv.slice(2)
const files = testFiles(patterns)
if (files.length === 0) process.stdout.write(`no test file matches ${patterns.join(' ') || 'anything'}\n`)
const reports = await runFiles(files, process.stdout)
const totals = totalsOf(reports)
process.stdout.write(`${summary(reports)}\n\n${totalsLine(totals)}\n`)
process.exitCode = totals.failed > 0 || totals.passed + totals.skipped === 0 ? 1 : 0
