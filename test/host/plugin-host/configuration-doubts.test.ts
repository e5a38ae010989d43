import * as assert from 'uvu/assert'
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
const doubts = () =>
  lab.notes.filter(({ type }) => type === 'configuration-doubt').map(({ message }) => message)

test('settings that do not fit are told when connections are set and when a plugin changes, each once', async () => {
  await lab.write('plugins/p', 'x', provider({ properties: { port: { type: 'integer' } } }))
  lab.host.setConnections([office({ port: 'x' }), { name: 'other', type: 'none', config: { port: 'x' } }])
  await lab.host.start()
  await until(() => doubts().length > 0)
  const first =
    'connections.office.config.port: found a text of 1 character, and written/main expects a whole number. Write a whole number'
  assert.equal(doubts(), [first])

  lab.host.setConnections([office({ port: 'x' }), { name: 'home', type: 'lab', config: { port: 'y' } }])
  await until(() => doubts().length > 1)
  assert.match(doubts()[1]!, 'connections.home.config.port')

  await lab.write('plugins/p', 'x', provider({ required: ['host'] }))
  await until(() => doubts().length > 3)
  assert.match(doubts()[2]!, 'connections.office.config.host: found nothing')
  assert.is(doubts().length, 4)
})

test.run()
