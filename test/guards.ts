/**
 * Disables each guard of the rules in turn and shows the named test that fails without it. Exits 1 if one does
 * not fail, or fails with the guard as well.
 */
import { guards } from './guards/guards.js'
import { tryGuard } from './guards/try-guard.js'

let needed = 0
for (const guard of guards) {
  const trial = await tryGuard(guard)
  const shown = trial.without === 'fail' && trial.with === 'pass'
  if (shown) needed++
  const verdict = shown ? '✔' : '✘'
  process.stdout.write(
    `${verdict} rule ${guard.rule}\n    without ${guard.name} (${guard.disabled}): ${trial.without}` +
      `${trial.failure && `, ${trial.failure.trim()}`}\n    with it: ${trial.with}\n    ${guard.test.file}: ${guard.test.title}\n`,
  )
}
process.stdout.write(`\n${needed} of ${guards.length} guards are shown to be needed\n`)
process.exitCode = needed === guards.length ? 0 : 1
