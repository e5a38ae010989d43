import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { event, now } from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/commands/journal')

const none = {
  journal: async function* () {},
}

test('prints each event as monitor does, and ends', async () => {
  const client = {
    journal: async function* () {
      yield event({ revision: 41 })
      yield event({ revision: 42 })
    },
  }
  const world = await claimd('journal', { client })
  assert.is(world.code, 0)
  assert.is(world.out.split('\n').length, 3)
  const json = await claimd('journal --json', { client })
  assert.equal(
    json.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).revision),
    [41, 42],
  )
})

test('filters are asked of the daemon, times as people write them', async () => {
  const line =
    'journal --adapter eth0,veth* --connection office --plugin ethernet --type claimed --since 2026-01-31 --until now'
  const [asked] = (await claimd(line)).asked
  assert.equal(asked, [
    'journal',
    {
      adapter: ['eth0', 'veth*'],
      connection: ['office'],
      plugin: ['ethernet'],
      type: ['claimed'],
      since: '2026-01-30T18:30:00.000Z',
      until: new Date(now).toISOString(),
    },
  ])
  const wrong = await claimd('journal --since soon')
  assert.is(wrong.code, 2)
  assert.match(wrong.err, "'soon'")
  assert.match(wrong.err, '2 hours ago')
})

test('where nothing is found it says so, and what the slip may be', async () => {
  const world = await claimd('journal --adapter eth9 --plugin etherent', { client: none })
  assert.is(world.code, 0)
  assert.is(world.out, '')
  assert.match(world.err, 'no adapter fits eth9')
  assert.match(world.err, 'there is no plugin etherent now')
  assert.match(world.err, 'the journal holds no such event')
})

test.run()
