import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { extract, list } from 'tar'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { root } from '../../system/lab.js'

const test = suite('build/package', { timeout: 60_000 })
const dist = join(root, 'dist')
let folder = ''

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-package-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const run = (file: string, args: string[], env: NodeJS.ProcessEnv = {}) => {
  const options = {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...env },
    encoding: 'utf8',
  } as const
  return spawnSync(file, args, options)
}
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** Puts what npm would install beside a package: exactly what its manifest names. */
const installDependencies = (packageFolder: string, modules: string) => {
  const { dependencies, bundleDependencies } = read(join(packageFolder, 'package.json'))
  for (const name of Object.keys(dependencies).filter((one) => !bundleDependencies.includes(one))) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
}

/** Begins, checks and packs a plugin, and runs the daemon until it has claimed with a bundled one. */
const works = (claimd: string) => {
  assert.is(run(claimd, ['--version']).stdout.trim(), read(join(root, 'package.json')).version)
  for (const words of ['plugin new lab --javascript', 'plugin check lab', 'plugin pack lab']) {
    const { status, stderr } = run(claimd, words.split(' '))
    assert.is(status, 0, stderr)
  }
  const links = join(folder, 'links.json')
  writeFileSync(links, JSON.stringify({ links: [{ name: 'a0', addresses: ['192.0.2.7/24'] }] }))
  const daemon = [claimd, 'run', '--simulate', links, '--socket', join(folder, 'socket')]
  const script = `"$@" & for i in $(seq 200); do "$1" adapters --json --socket "${folder}/socket" 2>/dev/null |
    grep -q '"state": *"claimed"' && found=1 && break; sleep 0.1; done; kill $!; wait $!; test -n "$found"`
  const { status, stdout, stderr } = run('/bin/sh', ['-c', script, 'sh', ...daemon])
  assert.is(status, 0, stdout + stderr)
}

test('the archive that npm installs holds all of claimd, and nothing that only a checkout needs', async () => {
  const packed = run(process.execPath, [join(dist, 'host/build/pack-package.js'), folder])
  const { version } = read(join(root, 'package.json'))
  assert.is(packed.stdout, `./claimd-${version}.tgz\nto install it: npm install -g ./claimd-${version}.tgz\n`)
  const archive = join(folder, `claimd-${version}.tgz`)
  const paths: string[] = []
  await list({ file: archive, onReadEntry: ({ path }) => paths.push(path) })
  assert.equal(
    paths.filter((path) => /\.tsbuildinfo$|\.map$|^package\/test\/|write-package/.test(path)),
    [],
  )
  const modules = join(folder, 'lib/node_modules')
  const installed = join(modules, 'claimd')
  mkdirSync(installed, { recursive: true })
  await extract({ file: archive, cwd: installed, strip: 1 })
  installDependencies(installed, modules)
  works(join(installed, read(join(installed, 'package.json')).bin.claimd))
})

test('what npm installs with it are the versions that it was tested with, no tools, and nothing for one platform', () => {
  const { dependencies, scripts } = read(join(dist, 'package.json'))
  assert.is(scripts, undefined)
  const { packages } = read(join(root, 'package-lock.json'))
  for (const [name, version] of Object.entries(dependencies)) {
    if (name === '@claimd/sdk') continue
    const { dev, optional, ...locked } = packages[`node_modules/${name}`]
    assert.equal([locked.version, dev, optional], [version, undefined, undefined], name)
  }
  for (const name of Object.keys(read(join(root, 'package.json')).dependencies))
    assert.ok(dependencies[name], name)
})

test('after a build, an installation without the tools builds nothing; before it, that says what to do', () => {
  const { prepare } = read(join(root, 'package.json')).scripts
  const before = run('/bin/sh', ['-c', prepare], { npm_command: 'ci' })
  assert.is(before.status, 1)
  assert.match(before.stderr, /run npm ci, then npm ci --omit=dev/)
  mkdirSync(join(folder, 'dist/host'), { recursive: true })
  writeFileSync(join(folder, 'dist/host/main.js'), '')
  const after = run('/bin/sh', ['-c', prepare], { npm_command: 'ci' })
  assert.equal([after.status, after.stderr], [0, ''])
  assert.not.ok(existsSync(join(folder, 'node_modules')))
})

test.run()
