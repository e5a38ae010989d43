import { spawnSync } from 'node:child_process'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { DiscoveryLab } from '../discovery/discovery-lab.js'

const test = suite('plugin-host/typescript')
let lab: DiscoveryLab

test.before.each(async () => {
  lab = await DiscoveryLab.make({ dev: true })
})
test.after.each(() => lab.end())

/** A plugin that is written in TypeScript, and was never built. */
const write = async (main: string, source: string, code: string, manifest: Record<string, unknown> = {}) => {
  await lab.write('plugins/lab', '', { main, ...manifest })
  await rm(lab.at('plugins/lab/index.js'))
  await mkdir(lab.at('plugins/lab/src'), { recursive: true })
  await writeFile(lab.at(`plugins/lab/${source}`), code)
}
const accepted = async () => {
  await lab.scan()
  const { accepted, faults } = lab.plugin('lab')!
  assert.equal(faults, [])
  return accepted!
}
/** What a process writes that runs the entry file. */
const run = (entry: string) => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--enable-source-maps', entry], {
    encoding: 'utf8',
  })
  return { stdout, stderr }
}

test('TypeScript runs without a build: beside main, in src, or where dist was compiled from', async () => {
  for (const [main, source] of [
    ['./index.js', 'index.ts'],
    ['dist/index.js', 'src/index.ts'],
    ['./dist/index.js', 'index.ts'],
    ['dist/index.mjs', 'src/index.mts'],
  ] as const) {
    await rm(lab.at('plugins/lab'), { recursive: true, force: true })
    await write(
      main,
      source,
      `const words: string[] = ['it', 'runs', ${JSON.stringify(source)}]\nconsole.log(words.join(' '))\n`,
    )
    assert.is(run((await accepted()).entry).stdout, `it runs ${source}\n`)
  }
})

test('parts are bundled, packages are not, and CommonJS stays CommonJS', async () => {
  await write(
    'dist/index.js',
    'src/index.ts',
    `import { part } from './part.js'\nimport pack from 'pack'\nconsole.log(part, pack, typeof require, typeof module)\n`,
    { type: 'commonjs', dependencies: { pack: '1.0.0' } },
  )
  await writeFile(lab.at('plugins/lab/src/part.ts'), `export const part: string = 'a part'\n`)
  await mkdir(lab.at('plugins/lab/node_modules/pack'), { recursive: true })
  await writeFile(lab.at('plugins/lab/node_modules/pack/index.js'), `module.exports = 'a package'\n`)
  assert.is(run((await accepted()).entry).stdout, 'a part a package function object\n')
})

test('stack traces lead to the source, where its author has it', async () => {
  await write('dist/index.js', 'src/index.ts', `interface A { b: string }\n\nthrow new Error('here')\n`)
  const { stderr } = run((await accepted()).entry)
  assert.ok(stderr.includes(`${lab.at('plugins/lab/src/index.ts')}:3:`), stderr)
})

test('what does not compile is told with its place, and what was accepted before is not touched', async () => {
  await write('dist/index.js', 'src/index.ts', `console.log('good')\n`)
  const good = await accepted()
  await writeFile(lab.at('plugins/lab/src/index.ts'), `console.log('bad')\nconst a: = 5\n`)
  await lab.scan()
  const { accepted: now, faults } = lab.plugin('lab')!
  assert.is(now, null)
  assert.equal(
    faults.map(({ file, found, remedy }) => [file, found, remedy]),
    [[`${lab.at('plugins/lab/src/index.ts')}:2:10`, 'Unexpected "="', 'Correct the line: const a: = 5']],
  )
  assert.is(run(good.entry).stdout, 'good\n')
})

test('the build changes with every source, and what was compiled is used again', async () => {
  await write('dist/index.js', 'src/index.ts', `import './part.js'\n`)
  await writeFile(lab.at('plugins/lab/src/part.ts'), `console.log('one')\n`)
  const one = await accepted()
  const { mtimeMs } = await stat(one.entry)
  await writeFile(lab.at('plugins/lab/src/part.ts'), `console.log('two')\n`)
  const two = await accepted()
  assert.is.not(two.build, one.build)
  assert.is(run(two.entry).stdout, 'two\n')
  await writeFile(lab.at('plugins/lab/src/part.ts'), `console.log('one')\n`)
  const again = await accepted()
  assert.is(again.entry, one.entry)
  assert.is((await stat(again.entry)).mtimeMs, mtimeMs)
  assert.is(run(again.entry).stdout, 'one\n')
})

test('without --dev it is main that runs, also after a host under --dev has compiled the same', async () => {
  await write('dist/index.js', 'src/index.ts', `console.log('compiled')\n`)
  await mkdir(lab.at('plugins/lab/dist'))
  await writeFile(lab.at('plugins/lab/dist/index.js'), `console.log('built')\n`)
  const dev = await accepted()
  assert.is(run(dev.entry).stdout, 'compiled\n')
  const production = await lab.restart()
  await production.scan()
  await production.watcher.close()
  const plugin = production.plugin('lab')!.accepted!
  assert.is(plugin.build, dev.build)
  assert.is(await readFile(plugin.entry, 'utf8'), `console.log('built')\n`)
})

test('main may not lead the compiler out of the copy', async () => {
  await write('../../escaped.js', 'index.ts', 'console.log(1)')
  await writeFile(lab.at('escaped.ts'), 'console.log(2)')
  await lab.scan()
  assert.is(lab.plugin('lab')!.accepted, null)
  assert.is(await stat(lab.at('stage/escaped.js')).catch(() => null), null)
})

test('a plugin in JavaScript is not compiled', async () => {
  await lab.write('plugins/lab', `// as it is\nexport const a = 1\n`)
  assert.is(await readFile((await accepted()).entry, 'utf8'), `// as it is\nexport const a = 1\n`)
})

test.run()
