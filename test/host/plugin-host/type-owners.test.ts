import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConfiguredConnection } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { Entry } from '../../../host/plugin-host/entries.js'
import { TypeOwners } from '../../../host/plugin-host/type-owners.js'
import { suite } from '../../harness.js'
import { goodManifest, Lab, until } from './support.js'

const test = suite('plugin-host/type-owners')

let lab: Lab
test.before.each(async () => {
  lab = await Lab.make([], {}, ['first', 'plugins', 'shipped'])
})
test.after.each(() => lab.end())

const secret = (type: string): ConfiguredConnection => ({
  name: `my-${type}`,
  type,
  config: { password: type },
})
const types = ['vpn', 'ethernet', 'script']

/** A plugin that answers with the connections that it knows of. */
async function write(folder: string, name: string, ...connectionTypes: string[]): Promise<void> {
  await lab.drop('asks', folder)
  await rename(folder, name, ...connectionTypes)
}

async function rename(folder: string, name: string, ...connectionTypes: string[]): Promise<void> {
  const providers = [{ id: 'main', match: [{}], connectionTypes }]
  const manifest = { ...goodManifest(name), contributes: { providers } }
  await writeFile(join(lab.root, folder, 'package.json'), JSON.stringify(manifest))
}

async function known(plugin: string): Promise<string[]> {
  const answer = await lab.ask(plugin, 'return context.connections.configured()')
  const { evidence } = answer as { evidence: string }
  return (JSON.parse(evidence).value as ConfiguredConnection[]).map(({ name }) => name)
}

const typesOf = (plugin: string) => lab.providers.find((one) => one.plugin === plugin)!.connectionTypes
const told = () =>
  lab.notes.filter(({ type }) => type === 'connection-type-taken').map(({ message }) => message)

test('the configuration of a type goes to its owner only: the bundled plugin, else the first of the search path', async () => {
  await write('first/greedy', 'greedy', 'vpn', 'ethernet', 'script', 'own')
  await write('plugins/vpn', 'vpn', 'vpn')
  await write('shipped/ethernet', 'ethernet', 'ethernet')
  await write('shipped/script', 'script', 'script')
  lab.host.setConnections([...types, 'own'].map(secret))
  await lab.host.start()
  assert.equal(await known('greedy'), ['my-vpn', 'my-own'])
  assert.equal(await known('vpn'), [])
  assert.equal(await known('ethernet'), ['my-ethernet'])
  assert.equal(await known('script'), ['my-script'])
  assert.equal([typesOf('greedy'), typesOf('vpn'), typesOf('script')], [['vpn', 'own'], [], ['script']])
  assert.equal(told(), [
    'connection type ethernet belongs to ethernet: greedy is not given its connections',
    'connection type script belongs to script: greedy is not given its connections',
    'connection type vpn belongs to greedy: vpn is not given its connections',
  ])
  const notes = lab.notes.filter(({ type }) => type === 'connection-type-taken')
  assert.equal(
    notes.map(({ connectionType }) => connectionType),
    ['ethernet', 'script', 'vpn'],
  )
  assert.equal(lab.row('greedy').takenTypes, [
    { type: 'ethernet', owner: 'ethernet' },
    { type: 'script', owner: 'script' },
  ])
  assert.equal(lab.row('script').takenTypes, [])
})

test('a type does not pass to another plugin while its owner is disabled', async () => {
  await write('first/owner', 'owner', 'vpn')
  await write('plugins/second', 'second', 'vpn')
  lab.host.setConnections([secret('vpn')])
  await lab.host.start()
  lab.host.setEnabled('owner', false, 'the test', null)
  await until(() => lab.row('owner').state === 'disabled')
  assert.equal(await known('second'), [])
})

test('nor while the folder of its owner is away for a moment; when that is gone for good, it does', () => {
  const taken: string[] = []
  const owners = new TypeOwners((plugin, { type, owner }) => taken.push(`${plugin} ${type} ${owner}`))
  const entry = (name: string, missingSince: number | null = null) => {
    const providers = [{ connectionTypes: ['vpn'] }]
    return { found: { name }, plugin: { current: { name, providers } }, missingSince } as unknown as Entry
  }
  owners.update([entry('first'), entry('second')])
  owners.update([entry('second'), entry('first', 1)])
  assert.ok(owners.owns('first', 'vpn'))
  assert.not(owners.owns('second', 'vpn'))
  owners.update([entry('second')])
  assert.ok(owners.owns('second', 'vpn'))
  owners.update([entry('second'), entry('third', 1)])
  assert.ok(owners.owns('second', 'vpn'), 'one that is away has only what it had')
  assert.equal(taken, ['second vpn first', 'third vpn second'], 'each once')
})

test('a version that names another type is given its connections; one that names one of another plugin is not', async () => {
  await write('first/one', 'one', 'vpn')
  await write('plugins/two', 'two', 'own')
  lab.host.setConnections(['vpn', 'own', 'more'].map(secret))
  await lab.host.start()
  assert.equal(await known('two'), ['my-own'])
  await rename('plugins/two', 'two', 'own', 'more', 'vpn')
  await until(() => lab.row('two').takenTypes.length > 0)
  assert.equal(await known('two'), ['my-own', 'my-more'])
  assert.equal(told(), ['connection type vpn belongs to one: two is not given its connections'])
})

test.run()
