/**
 * A step of the build, and no part of the daemon: makes one file of the runner and all that it imports. One
 * file is what can be put beside the plugins' copies, and it starts a third faster than thirty.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const runner = new URL('../plugin-host/runner/', import.meta.url)

await build({
  entryPoints: [fileURLToPath(new URL('runner.js', runner))],
  outfile: fileURLToPath(new URL('runner.bundle.cjs', runner)),
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Told by its ending to be CommonJS: whatever package.json lies above the copy does not matter then.
  format: 'cjs',
  // Stack traces are read by people.
  minify: false,
  legalComments: 'inline',
  logLevel: 'warning',
})
