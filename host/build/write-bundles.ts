/**
 * A step of the build, and no part of the daemon: makes single files of what is started often.
 * - The runner and all that it imports: one file can be put beside the plugins' copies.
 * - What plugins may import of the SDK when they run.
 * - The command with all that it imports, in one file for each part that it loads when needed. Node spends half of the
 *   daemon's start on finding and compiling hundreds of modules.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

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

const dist = fileURLToPath(new URL('../../', import.meta.url))
const commandFolder = fileURLToPath(new URL('../cli/bundle/', import.meta.url))

/** Modules find the files beside them as before: each has the address that it has without a bundle. */
const ownAddresses: Plugin = {
  name: 'own-addresses',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(dist) || path.includes('/node_modules/')) return undefined
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      if (/['"`]import\.meta\.url/.test(text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')))
        throw new Error(`${path}: a text with import.meta.url would be changed by the bundle`)
      const address = `new URL(${JSON.stringify(relative(commandFolder, path))}, import.meta.url).href`
      return { contents: text.replaceAll('import.meta.url', address) }
    })
  },
}

rmSync(commandFolder, { recursive: true, force: true })
await build({
  ...common,
  entryPoints: [fileURLToPath(new URL('../cli/command.js', import.meta.url))],
  outdir: commandFolder,
  format: 'esm',
  splitting: true,
  sourcemap: true,
  // These load a binary from the folder of their package.
  external: ['esbuild', 'koffi', 'libsql'],
  // Packages in CommonJS require modules of Node.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  plugins: [ownAddresses],
})
