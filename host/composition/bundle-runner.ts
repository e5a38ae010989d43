/**
 * A step of the build, and no part of the daemon: makes one file of the runner and all that it imports. One
 * file is what can be put beside the plugins' copies, and it starts a third faster than thirty. Likewise one of
 * what plugins may import of the SDK when they run.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const runner = new URL('../plugin-host/runner/', import.meta.url)
const sdk = new URL('../../../sdk/', import.meta.url)
const stagedSdk = new URL('../plugin-host/staging/sdk/', import.meta.url)

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Stack traces are read by people.
  minify: false,
  legalComments: 'inline',
  logLevel: 'warning',
} as const

await build({
  ...common,
  entryPoints: [fileURLToPath(new URL('runner.js', runner))],
  outfile: fileURLToPath(new URL('runner.bundle.cjs', runner)),
  // Told by its ending to be CommonJS: whatever package.json lies above the copy does not matter then.
  format: 'cjs',
})

await build({
  ...common,
  entryPoints: [fileURLToPath(new URL('dist/index.js', sdk))],
  outfile: fileURLToPath(new URL('index.js', stagedSdk)),
  format: 'esm',
})
const { name, version, license } = JSON.parse(readFileSync(new URL('package.json', sdk), 'utf8'))
mkdirSync(stagedSdk, { recursive: true })
writeFileSync(
  new URL('package.json', stagedSdk),
  `${JSON.stringify({ name, version, license, type: 'module', exports: './index.js' }, null, 2)}\n`,
)
