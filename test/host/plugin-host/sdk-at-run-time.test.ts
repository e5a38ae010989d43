import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { goodManifest, Lab } from './support.js'

const test = suite('plugin-host/sdk at run time')
let lab: Lab

test.before.each(async () => {
  // In the sandbox, with every layer that this machine has.
  lab = await Lab.make([], {}, ['plugins'], {}, true)
})
test.after.each(() => lab.end())

const provider = `register('main', { claimConnection: () => ({ result: 'INVALID_CONNECTION', reason: text }) })`
const write = async (folder: string, files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    const file = join(lab.root, 'plugins', folder, path)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, text)
  }
}
const reason = async (plugin: string) => {
  const answer = await lab.ask(plugin, 'eth0')
  return 'reason' in answer ? answer.reason : answer.result
}

test('a plugin imports values of the SDK, as a module and as CommonJS, and its packages do', async () => {
  const values = `Object.keys(sdk.resultCodes).length > 20 && sdk.connectionNameFault('a/b')`
  await write('esm', {
    'package.json': JSON.stringify(goodManifest('esm')),
    'index.js': `import * as sdk from '@claimd/sdk'
const text = ${values}
export const activate = (context) => context.providers.${provider}`,
  })
  await write('cjs', {
    'package.json': JSON.stringify({ ...goodManifest('cjs'), type: 'commonjs' }),
    'index.js': `const sdk = require('@claimd/sdk')
const text = ${values}
exports.activate = (context) => context.providers.${provider}`,
  })
  await write('nested', {
    'package.json': JSON.stringify({ ...goodManifest('nested'), dependencies: { helper: '1.0.0' } }),
    'index.js': `import { text } from 'helper'
export const activate = (context) => context.providers.${provider}`,
    'node_modules/helper/package.json': '{"name":"helper","version":"1.0.0","type":"module","main":"h.js"}',
    'node_modules/helper/h.js': `import * as sdk from '@claimd/sdk'; export const text = ${values}`,
  })
  await lab.host.start()
  for (const plugin of ['esm', 'cjs', 'nested']) assert.is(await reason(plugin), "holds a '/'", plugin)
})

test('the SDK in a plugin’s own node_modules is not what runs', async () => {
  await write('own', {
    'package.json': JSON.stringify({ ...goodManifest('own'), dependencies: { '@claimd/sdk': '1.0.0' } }),
    'index.js': `import * as sdk from '@claimd/sdk'
const text = sdk.text ?? 'of the host'
export const activate = (context) => context.providers.${provider}`,
    'node_modules/@claimd/sdk/package.json': '{"name":"@claimd/sdk","version":"0.9.0","exports":"./i.mjs"}',
    'node_modules/@claimd/sdk/i.mjs': `export const text = 'of the plugin'`,
  })
  await lab.host.start()
  assert.is(await reason('own'), 'of the host')
})

test('what plugins get of the SDK exports the same values as the SDK itself', async () => {
  const staged = fileURLToPath(new URL('../../../host/plugin-host/staging/sdk/package.json', import.meta.url))
  const { version, exports } = JSON.parse(await readFile(staged, 'utf8'))
  const own = JSON.parse(
    await readFile(fileURLToPath(new URL('../../../../sdk/package.json', import.meta.url)), 'utf8'),
  )
  assert.is(version, own.version)
  const [of, whole] = await Promise.all([import(join(staged, '..', exports)), import('@claimd/sdk')])
  assert.equal(Object.keys(of).sort(), Object.keys(whole).sort())
})

test.run()
