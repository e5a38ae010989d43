import { relative } from 'node:path'
import type { ClaimdError, ErrorDocument, Fault } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { checkPlugin } from '../../../../host/plugin-host/check-plugin.js'
import { suite } from '../../../harness.js'
import { PluginFiles } from './files.js'

const test = suite('plugin-host/sources/imports')
let lab: PluginFiles

test.before.each(async () => {
  lab = await PluginFiles.make()
})
test.after.each(() => lab.remove())

const activate = 'export const activate = () => {}'
const faultsOf = async (): Promise<Fault[]> => {
  const error = await checkPlugin(lab.folder, '1.0.0').then(
    () => null,
    (thrown: ClaimdError) => thrown,
  )
  return [...((error?.document as ErrorDocument | undefined)?.faults ?? [])]
}
/** The places of the faults, in the plugin's folder. */
const places = async () => (await faultsOf()).map(({ file }) => relative(lab.folder, file)).sort()

test('what Node finds is no fault: files, packages, its own modules, the SDK', async () => {
  await lab.write(
    {
      'index.js': `import fs from 'node:fs'
import { isBuiltin } from 'module'
import { resultCodes } from '@claimd/sdk'
import part from './lib/part.js'
import old from './lib/old.cjs'
import data from './data.json' with { type: 'json' }
import ms, { deep } from 'ms'
import '@a/b/sub'
import '#own'
${activate}`,
      'lib/part.js': `export default await import('./lazy.js')`,
      'lib/lazy.js': 'export const x = 1',
      'lib/old.cjs': `require('./without-ending'); require('./folder'); require('../data')`,
      'lib/without-ending.js': '',
      'lib/folder/index.js': '',
      'data.json': '{}',
      ...lab.package('ms', { 'main.js': `exports.deep = require('./other')`, 'other.js': '' }),
      ...lab.package('@a/b', { 'sub.mjs': '' }, { exports: { './sub': { node: './sub.mjs' } } }),
    },
    { dependencies: { ms: '*', '@a/b': '*' }, imports: { '#own': './lib/lazy.js' } },
  )
  assert.equal(await faultsOf(), [])
})

test('an import of what is not there is a fault at its line, however deep', async () => {
  await lab.write(
    {
      'index.js': `import './lib/part.js'\nimport 'tool'\nimport 'ms'\n${activate}`,
      'lib/part.js': `export * from './gone.js'\nimport '@s/undeclared/x'\nimport 'node:no-such-module'`,
      ...lab.package('tool', { 'main.js': '' }),
      ...lab.package('ms', { 'main.js': `require('./gone'); require('undeclared')` }),
    },
    { dependencies: { ms: '*' }, devDependencies: { tool: '*' } },
  )
  assert.equal(await places(), [
    'index.js:2:8',
    'lib/part.js:1:15',
    'lib/part.js:2:8',
    'lib/part.js:3:8',
    'node_modules/ms/main.js:1:28',
    'node_modules/ms/main.js:1:9',
  ])
  const tool = (await faultsOf()).find(({ file }) => file.endsWith('index.js:2:8'))!
  assert.match(tool.found, /import of "tool", which is not among its dependencies/)
  assert.match(tool.remedy, /npm install tool/)
})

test('an ES module that Node takes for CommonJS is a fault of its file', async () => {
  await lab.write(
    {
      'index.js': `import './lib/part.cjs'\nimport './lib/fine.mjs'\nimport './own/module.js'\n${activate}`,
      'lib/part.cjs': 'export const x = 1',
      'lib/fine.mjs': 'export const x = 1',
      'own/package.json': '{ "type": "module" }',
      'own/module.js': 'export const x = 1',
    },
    { type: 'commonjs' },
  )
  const faults = (await faultsOf()).sort((one, other) => one.file.localeCompare(other.file))
  assert.equal(
    faults.map(({ file, expected, remedy }) => [relative(lab.folder, file), expected, remedy]),
    [
      [
        'index.js',
        'CommonJS, as "type": "commonjs" in package.json says',
        'Write "type": "module" in package.json, or rename the file to .mjs',
      ],
      [
        'lib/part.cjs',
        'CommonJS, as the ending .cjs says',
        'Rename it to .mjs, or write it with require and module.exports',
      ],
    ],
  )
})

test('CommonJS that Node takes for an ES module is a fault of its line', async () => {
  await lab.write({
    'index.js': `import part from './lib/part.mjs'\nimport './lib/fine.js'\nconst { join } = require('node:path')\n${activate}`,
    'lib/part.mjs': '// A comment.\nmodule.exports = 1\nexports.more = 2',
    'lib/fine.js': `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
export const { join } = require('node:path')`,
  })
  const faults = (await faultsOf()).sort((one, other) => one.file.localeCompare(other.file))
  assert.equal(
    faults.map(({ file, remedy }) => [relative(lab.folder, file), remedy]),
    [
      ['index.js:1:8', "Correct the line: import part from './lib/part.mjs'"],
      ['lib/part.mjs:2:1', 'Rename it to .cjs, or write it with import and export'],
    ],
    'a default export is missing, and why',
  )
  await lab.write({ 'index.js': `const { join } = require('node:path')\n${activate}` })
  const [required, ...others] = await faultsOf()
  assert.equal([relative(lab.folder, required!.file), others], ['index.js:1', []])
  assert.match(required!.found, 'calls require, which an ES module does not have')
  await lab.write({ 'index.js': `exports.activate = () => {}` })
  assert.match((await faultsOf())[0]!.expected, '"type": "module"')
})

test('CommonJS that an ES module only uses where it is there is no fault', async () => {
  await lab.write({
    'index.js': `import './lib/either.js'\nimport './lib/tries.js'\n${activate}`,
    'lib/either.js': `if (typeof module === 'object') module.exports = 1\nexport const x = 1`,
    'lib/tries.js': `let path\ntry { path = require('node:path') } catch {}\nexport { path }`,
  })
  assert.equal(await faultsOf(), [])
})

test('CommonJS under "type": "commonjs" is no fault, also when it imports a module at run time', async () => {
  await lab.write(
    {
      'index.js': `const part = require('./part.js')\nexports.activate = async () => import('./late.mjs')`,
      'part.js': 'module.exports = 1',
      'late.mjs': 'export const x = 1',
    },
    { type: 'commonjs' },
  )
  assert.equal(await faultsOf(), [])
})

test('a module has to write files whole, and say that JSON is JSON', async () => {
  await lab.write({
    'index.js': `import './lib/part'\nimport './lib'\nimport './data.json'\n${activate}`,
    'lib/part.js': '',
    'lib/index.js': '',
    'data.json': '{}',
  })
  const faults = await faultsOf()
  assert.equal(
    faults.map(({ remedy }) => remedy),
    ["Write './lib/part.js'", "Write './lib/index.js'", "Write: with { type: 'json' }"],
  )
})

test('of the SDK only what the host provides can be imported', async () => {
  await lab.write({
    'index.js': `import '@claimd/sdk/client'\nimport '@claimd/sdk/conformance'\nimport '@claimd/sdk'\n${activate}`,
  })
  assert.equal(await places(), ['index.js:1:8', 'index.js:2:8'])
})

test('an import out of the folder is a fault, and a package above it that is not named as well', async () => {
  await lab.write({
    'index.js': `import '../outside.js'\nimport '/etc/hostname'\nimport 'https://example.org/x.js'\n${activate}`,
    '../outside.js': '',
  })
  assert.equal(await places(), ['index.js:1:8', 'index.js:2:8', 'index.js:3:8'])
})

test('imports that only the running plugin knows, or minds, are no faults', async () => {
  await lab.write(
    {
      'index.js': `import './old.cjs'
const name = process.argv[2]
await import(name)
await import('maybe').catch(() => null)
${activate}`,
      'old.cjs': `try { require('fast') } catch {}\nrequire(process.argv[3])`,
    },
    { optionalDependencies: { fast: '*' } },
  )
  const { warnings } = await checkPlugin(lab.folder, '1.0.0')
  assert.equal(
    warnings.map(({ file }) => relative(lab.folder, file)),
    ['index.js:3:7', 'old.cjs:2:1'],
  )
})

test('a syntax error is told before anything runs', async () => {
  await lab.write({ 'index.js': `import './part.js'\n${activate}`, 'part.js': 'const = 1' })
  assert.equal(await places(), ['part.js:1:7'])
})

test('of TypeScript that is yet to be compiled the source is followed', async () => {
  await lab.write(
    {
      'index.ts': `import type { PluginContext } from '@claimd/sdk'
import { part } from './part.js'
import './gone.js'
export const activate = (context: PluginContext) => part`,
      'part.ts': `export const part: number = 1`,
    },
    { main: './dist/index.js' },
  )
  assert.equal(await places(), ['index.ts:3:8'])
})

test('what createRequire names is followed, also through a variable: packages, files, what a try minds not', async () => {
  await lab.write(
    {
      'index.js': `import module, { createRequire as make } from 'node:module'
const load = make(import.meta.url)
const ms = load('ms')
const pad =
  load('left-pad')
try {
  load('optional')
  exports.x = load.resolve('optional')
} catch {}
const other = (load) => load('shadowed')
const text = "load('text')"
module.createRequire(import.meta.url)('./lib/gone.cjs')
const data = load.resolve('gone/data')
const entry = import.meta.resolve('@s/gone')
// load('comment')
${activate}`,
      ...lab.package('ms', { 'main.js': `require('undeclared')` }),
    },
    { dependencies: { ms: '*' } },
  )
  assert.equal(await places(), [
    'index.js:12:39',
    'index.js:13:27',
    'index.js:14:35',
    'index.js:5:8',
    'node_modules/ms/main.js:1:9',
  ])
  const pad = (await faultsOf()).find(({ file }) => file.endsWith('index.js:5:8'))!
  assert.is(pad.found, 'import of "left-pad", which is not among its dependencies')
  assert.match(pad.remedy, 'npm install left-pad')
})

test('`require` by its own name is followed, in a package and in TypeScript as well', async () => {
  await lab.write(
    {
      'index.ts': `import { createRequire } from 'node:module'
import type { PluginContext } from '@claimd/sdk'
import 'esm'

const require: NodeJS.Require = createRequire(import.meta.url)
interface Later { a: string }
const pad = require('left-pad') as Later
export const activate = (context: PluginContext) => pad`,
      ...lab.package(
        'esm',
        {
          'main.js': `import { createRequire } from 'module'\nconst require = createRequire(import.meta.url)
require('./part.cjs')`,
          'part.cjs': `require('./gone')`,
        },
        { type: 'module' },
      ),
    },
    { main: './dist/index.js', dependencies: { esm: '*' } },
  )
  assert.equal(await places(), ['index.ts:7:21', 'node_modules/esm/part.cjs:1:9'])
})

test('a file that is read by new URL(…, import.meta.url) has to be there; one that nothing reads there may be', async () => {
  await lab.write(
    {
      'lib/index.js': `import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
const table = readFileSync(new URL('../data/table.json', import.meta.url))
const gone = readFileSync(fileURLToPath(new URL('../data/gone.json?x', import.meta.url)), 'utf8')
const maybe = new URL('./maybe.json', import.meta.url)
export const has = existsSync(maybe)
try { readFileSync(new URL('./minded.json', import.meta.url)) } catch {}
const outside = readFileSync(new URL('../../outside.json', import.meta.url))
const folder = new URL('.', import.meta.url)
const far = new URL('https://example.org/', import.meta.url)
${activate}`,
      'data/table.json': '{}',
      '../outside.json': '{}',
    },
    { main: './lib/index.js' },
  )
  assert.equal(await places(), ['lib/index.js:4:49', 'lib/index.js:8:38'])
  await lab.write(
    { 'lib/index.js': `export const at = new URL('./maybe.json', import.meta.url)\n${activate}` },
    { main: './lib/index.js' },
  )
  const { warnings } = await checkPlugin(lab.folder, '1.0.0')
  assert.equal(
    warnings.map(({ file }) => relative(lab.folder, file)),
    ['lib/index.js:1:27'],
  )
})

test('what is looked for before it is read, or read by a package, is a warning', async () => {
  await lab.write(
    {
      'index.js': `import { existsSync, readFileSync } from 'node:fs'
import 'ms'
if (existsSync(new URL('./own.json', import.meta.url))) readFileSync(new URL('./own.json', import.meta.url))
${activate}`,
      ...lab.package('ms', {
        'main.js': `const { join } = require('path')
exports.late = () => require('fs').readFileSync(join(__dirname, 'gone.txt'))`,
      }),
    },
    { dependencies: { ms: '*' } },
  )
  const { warnings } = await checkPlugin(lab.folder, '1.0.0')
  assert.equal(warnings.map(({ file }) => relative(lab.folder, file).replace(/:\d+$/, '')).sort(), [
    'index.js:3',
    'index.js:3',
    'node_modules/ms/main.js:2',
  ])
})

test('a path that is joined to the folder of a module is followed, in CommonJS and by its idiom as well', async () => {
  await lab.write({
    'index.js': `import { readFileSync } from 'node:fs'
import path, { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import './old.cjs'
const __dirname = dirname(fileURLToPath(import.meta.url))
const table = readFileSync(join(__dirname, 'data', 'table.json'))
const gone = readFileSync(join(__dirname, 'data', 'gone.json'))
const other = readFileSync(path.resolve(import.meta.dirname, 'other gone.json'))
${activate}`,
    'old.cjs': `const { join } = require('path')\n// import.meta
exports.x = require('fs').readFileSync(join(__dirname, 'gone.txt'))`,
    'data/table.json': '{}',
  })
  const faults = await faultsOf()
  assert.equal(
    faults.map(({ found }) => found),
    ['./data/gone.json', './other%20gone.json', './gone.txt'].map(
      (path) => `the path "${path}", which is not there`,
    ),
  )
  assert.equal(
    faults.map(({ file }) => relative(lab.folder, file).replace(/:\d+$/, '')),
    ['index.js:7', 'index.js:8', 'old.cjs:3'],
  )
})

test.run()
