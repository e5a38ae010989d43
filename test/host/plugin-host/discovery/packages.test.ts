import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { hashContent, readContent } from '../../../../host/plugin-host/discovery/content.js'
import { copyContent } from '../../../../host/plugin-host/staging/copy-content.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/packages', { timeout: 30_000 })
let root = ''
let plugin = ''

test.before.each(async () => {
  root = await mkdtemp(join(tmpdir(), 'claimd-packages-'))
  plugin = join(root, 'packages/lab')
})
test.after.each(() => rm(root, { recursive: true, force: true }))

const write = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}
/** A package that prints its place in the tree of imports: its name and version, and those of what it needs. */
const add = async (path: string, name: string, version: string, needs: string[] = [], more: object = {}) => {
  const dependencies = Object.fromEntries(needs.map((need) => [need, '*']))
  await write(`${path}/package.json`, JSON.stringify({ name, version, dependencies, ...more }))
  const imports = needs.map((need) => `require(${JSON.stringify(need)})`)
  await write(`${path}/index.js`, `module.exports = [${[`'${name}@${version}'`, ...imports].join(', ')}]`)
}
const link = async (path: string, target: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await symlink(relative(dirname(join(root, path)), join(root, target)), join(root, path))
}
const tree = (folder: string) =>
  JSON.parse(
    execFileSync(process.execPath, ['-p', 'JSON.stringify(require(process.argv[1]))', folder], {
      cwd: '/',
    }).toString(),
  )
/** Copies the plugin, and shows where its packages lie there. */
const copied = async () => {
  const content = await readContent(plugin)
  assert.equal(content.faults, [])
  const copy = join(root, 'copy')
  await copyContent(plugin, content, copy, false)
  const paths = content.files.map(({ path }) => path).filter((path) => path.endsWith('/package.json'))
  // A copy holds itself: so the content hash is true of what runs.
  const again = await readContent(copy, false, 'copied')
  assert.is(await hashContent(copy, again), await hashContent(plugin, content))
  assert.equal(tree(copy), tree(plugin), 'every import finds what it found')
  const packages = paths.map((path) => dirname(path)).filter((path) => path !== '.')
  return packages.sort()
}

test('npm: packages keep their places, also in each other’s node_modules; tools and the SDK stay out', async () => {
  await add('packages/lab', 'lab', '1.0.0', ['a', 'c'], { devDependencies: { tsc: '*', '@claimd/sdk': '*' } })
  await add('packages/lab/node_modules/a', 'a', '1.0.0', ['c'])
  await add('packages/lab/node_modules/a/node_modules/c', 'c', '2.0.0')
  await add('packages/lab/node_modules/c', 'c', '1.0.0')
  await add('packages/lab/node_modules/tsc', 'tsc', '7.0.0', ['of-tsc'])
  await add('packages/lab/node_modules/of-tsc', 'of-tsc', '1.0.0')
  await add('sdk', '@claimd/sdk', '1.0.0')
  await link('packages/lab/node_modules/@claimd/sdk', 'sdk')
  assert.equal(await copied(), ['node_modules/a', 'node_modules/a/node_modules/c', 'node_modules/c'])
})

test('pnpm: links into its store are followed, and packages get places of their own', async () => {
  const store = 'packages/lab/node_modules/.pnpm'
  await add('packages/lab', 'lab', '1.0.0', ['@s/a', 'c'])
  await add(`${store}/a@1/node_modules/@s/a`, '@s/a', '1.0.0', ['c', 'd'])
  await add(`${store}/c@1/node_modules/c`, 'c', '1.0.0')
  await add(`${store}/c@2/node_modules/c`, 'c', '2.0.0', ['d'])
  await add(`${store}/d@1/node_modules/d`, 'd', '1.0.0')
  await link(`${store}/a@1/node_modules/c`, `${store}/c@2/node_modules/c`)
  await link(`${store}/a@1/node_modules/d`, `${store}/d@1/node_modules/d`)
  await link(`${store}/c@2/node_modules/d`, `${store}/d@1/node_modules/d`)
  await link('packages/lab/node_modules/@s/a', `${store}/a@1/node_modules/@s/a`)
  await link('packages/lab/node_modules/c', `${store}/c@1/node_modules/c`)
  assert.equal(await copied(), [
    'node_modules/@s/a',
    'node_modules/@s/a/node_modules/c',
    'node_modules/c',
    'node_modules/d',
  ])
})

test('a workspace: packages above the plugin are found, and other members of it', async () => {
  await add('packages/lab', 'lab', '1.0.0', ['a', '@w/util'])
  await add('packages/util', '@w/util', '1.0.0', ['a', 'b'])
  await add('node_modules/a', 'a', '1.0.0', ['b'])
  await add('node_modules/b', 'b', '1.0.0')
  await add('packages/util/node_modules/b', 'b', '2.0.0')
  await add('packages/util/node_modules/dev', 'dev', '2.0.0')
  await link('node_modules/@w/util', 'packages/util')
  assert.equal(await copied(), [
    'node_modules/@w/util',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/b',
  ])
})

test('a package that is lacking is a fault with its name, unless npm lets it be lacking', async () => {
  await add('packages/lab', 'lab', '1.0.0', ['a', 'gone'], {
    optionalDependencies: { fast: '*' },
    peerDependencies: { peer: '*' },
  })
  await add('packages/lab/node_modules/a', 'a', '1.0.0', ['lost'])
  const { faults } = await readContent(plugin)
  assert.equal(
    faults.map(({ file, field }) => [relative(plugin, file), field]),
    [
      ['node_modules/a/package.json', 'dependencies.lost'],
      ['package.json', 'dependencies.gone'],
    ],
  )
  assert.ok(faults.every(({ remedy }) => /npm install/.test(remedy)))
})

test('what is no package is not copied from outside, whatever links to it', async () => {
  await write('private/package.json', '{"name":"secrets"}')
  await write('private/id_rsa', 'secret')
  await add('packages/lab', 'lab', '1.0.0', ['keys', 'holder'])
  await link('packages/lab/node_modules/keys', 'private')
  await link('packages/lab/node_modules/holder', 'packages')
  const { faults, files } = await readContent(plugin)
  assert.equal(files.map(({ path }) => path).sort(), ['index.js', 'package.json'])
  assert.equal(faults.map(({ field }) => field).sort(), ['dependencies.holder', 'dependencies.keys'])
  // And of what is unpacked nothing outside belongs to it, package or not.
  await rm(join(plugin, 'node_modules'), { recursive: true })
  await add('node_modules/keys', 'keys', '1.0.0')
  const inside = await readContent(plugin, false, 'inside')
  assert.equal(inside.faults.map(({ field }) => field).sort(), ['dependencies.holder', 'dependencies.keys'])
})

test('a link in a package may not leave the package, and one in the plugin not the plugin', async () => {
  await add('packages/lab', 'lab', '1.0.0', ['a', 'b'])
  await add('packages/lab/node_modules/a', 'a', '1.0.0')
  await add('node_modules/b', 'b', '1.0.0')
  await link('packages/lab/node_modules/a/out', 'LICENSE-of-another')
  await write('LICENSE-of-another', 'x')
  await link('node_modules/b/out', 'LICENSE-of-another')
  const { faults } = await readContent(plugin)
  assert.equal(
    faults.map(({ file }) => relative(root, file)),
    ['node_modules/b/out', 'packages/lab/node_modules/a/out'],
  )
})

test('a folder on the way to a package that others may write to is a fault', async () => {
  await chmod(root, 0o755)
  await add('packages/lab', 'lab', '1.0.0', ['a'])
  await add('node_modules/a', 'a', '1.0.0')
  assert.equal((await readContent(plugin, true)).faults, [])
  await chmod(join(root, 'node_modules'), 0o777)
  const { faults } = await readContent(plugin, true)
  assert.equal(
    faults.map(({ file }) => relative(root, file)),
    ['node_modules'],
  )
})

test('packages that need each other in several versions are a fault, and end', async () => {
  const store = 'packages/lab/node_modules/.pnpm'
  await add('packages/lab', 'lab', '1.0.0', ['x', 'y'])
  const at = (name: string, version: string) => `${store}/${name}${version}/node_modules/${name}`
  for (const [name, version, other, otherVersion] of [
    ['x', '1', 'y', '2'],
    ['y', '2', 'x', '2'],
    ['x', '2', 'y', '1'],
    ['y', '1', 'x', '1'],
  ] as const) {
    await add(at(name, version), name, version, [other])
    await link(`${store}/${name}${version}/node_modules/${other}`, at(other, otherVersion))
  }
  await link('packages/lab/node_modules/x', at('x', '1'))
  await link('packages/lab/node_modules/y', at('y', '1'))
  const { faults } = await readContent(plugin)
  assert.equal(
    faults.map(({ field }) => field),
    ['dependencies'],
  )
})

test('every package finds in the copy what it finds in the folder, whatever the versions', async () => {
  const names = ['a', 'b', 'c', 'd']
  const versions = ['1', '2']
  // Each version needs others of later names only, so that a tree can be printed.
  const needs = fc.record(
    Object.fromEntries(
      names.flatMap((name, at) =>
        versions.map((version) => [
          `${name}${version}`,
          fc.uniqueArray(
            fc.tuple(fc.constantFrom(...names.slice(at + 1), 'd'), fc.constantFrom(...versions)),
            {
              selector: ([one]) => one,
            },
          ),
        ]),
      ),
    ),
  )
  const direct = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...versions)), {
    selector: ([one]) => one,
    minLength: 1,
  })
  await fc.assert(
    fc.asyncProperty(direct, needs, async (first, graph) => {
      await rm(root, { recursive: true, force: true })
      const store = 'packages/lab/node_modules/.pnpm'
      const at = (name: string, version: string) => `${store}/${name}${version}/node_modules/${name}`
      await add(
        'packages/lab',
        'lab',
        '1',
        first.map(([name]) => name),
      )
      for (const [name, version] of first) await link(`packages/lab/node_modules/${name}`, at(name, version))
      for (const [key, found] of Object.entries(graph)) {
        const [name, version] = [key[0]!, key[1]!]
        const later = found.filter(([other]) => other > name)
        await add(
          at(name, version),
          name,
          version,
          later.map(([other]) => other),
        )
        for (const [other, which] of later)
          await link(`${store}/${key}/node_modules/${other}`, at(other, which))
      }
      await copied()
    }),
    { numRuns: 8 },
  )
})

test.run()
