import type { ConfiguredConnection } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { ownSettings } from '../../../host/core/configuration/connection-settings.js'
import { suite } from '../../harness.js'
import { Lab, until } from './support.js'

const test = suite('plugin-host/configuration-doubts')
let lab: Lab

test.before.each(async () => {
  lab = await Lab.make([])
})
test.after.each(() => lab.end())

const provider = (configuration: Record<string, unknown>) => ({
  contributes: { providers: [{ id: 'main', match: [{}], connectionTypes: ['lab'], configuration }] },
})
const office = (config: Record<string, unknown>) => ({ name: 'office', type: 'lab', config })
const configure = (connections: ConfiguredConnection[]) =>
  lab.host.setConfiguration({
    connections: connections.map((connection) => ({ ...connection, ...ownSettings({}) })),
    offers: { order: [], ignore: [] },
    plugins: { disabled: [], pinned: {} },
  })
const doubts = () =>
  lab.notes.filter(({ type }) => type === 'configuration-doubt').map(({ message }) => message)

test('settings that do not fit are told when connections are set and when a plugin changes, each once', async () => {
  await lab.write('plugins/p', 'x', provider({ properties: { port: { type: 'integer' } } }))
  configure([office({ port: 'x' }), { name: 'other', type: 'lab', config: { port: 1 } }])
  await lab.host.start()
  await until(() => doubts().length > 0)
  const first =
    'connections.office.config.port: found a text of 1 character; expected a whole number, as the settings schema of written/main says. Write a whole number'
  assert.equal(doubts(), [first])

  configure([office({ port: 'x' }), { name: 'home', type: 'lab', config: { port: 'y' } }])
  await until(() => doubts().length > 1)
  assert.match(doubts()[1]!, 'connections.home.config.port')

  await lab.write('plugins/p', 'x', provider({ required: ['host'] }))
  await until(() => doubts().length > 3)
  assert.match(doubts()[2]!, 'connections.office.config.host: found nothing')
  assert.is(doubts().length, 4)
})

const mended = () =>
  lab.notes.filter(({ type }) => type === 'configuration-mended').map(({ message }) => message)

test('names that no plugin has are told, kept until they are mended, and then told to be', async () => {
  const office = { name: 'office', type: 'laab', config: {}, ...ownSettings({}) }
  const configuration = {
    connections: [office],
    offers: { order: ['main', 'written/main'], ignore: [] },
    plugins: { disabled: ['later'], pinned: { writen: '0f'.repeat(32) } },
  }
  await lab.write('plugins/p', 'x', provider({}))
  lab.host.setConfiguration(configuration)
  assert.equal(lab.host.configurationDoubts(), [], 'nothing is known before the first look at the folders')
  await lab.host.start()
  await until(() => doubts().length > 0)
  assert.equal(
    lab.host.configurationDoubts().map(({ field, remedy }) => [field, remedy]),
    [
      ['connections.office.type', 'Did you mean "lab"?'],
      ['offers.order[0]', 'Did you mean "written/main"?'],
      ['plugins.disabled[0]', 'Correct it, or install the plugin'],
      ['plugins.pinned.writen', 'Did you mean "written"?'],
    ],
  )
  assert.is(doubts().length, 4)
  assert.match(doubts()[0]!, '"laab", which no provider has')

  await lab.write('plugins/later', 'x', { ...provider({}), name: 'later' })
  await until(() => mended().length > 0)
  assert.match(mended()[0]!, 'plugins.disabled[0] is mended')
  lab.host.setConfiguration({ ...configuration, connections: [{ ...office, type: 'lab' }] })
  await until(() => mended().length > 1)
  assert.match(mended()[1]!, 'connections.office.type')
  assert.equal(
    lab.host.configurationDoubts().map(({ field }) => field),
    ['offers.order[0]', 'plugins.pinned.writen'],
  )
})

test.run()
