import type { JournalFilter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { event, now } from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/commands/journal')

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
  const { asked } = await claimd(line)
  assert.equal(asked.at(-1), [
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

test('where nothing is found it says so, and what fits nothing now', async () => {
  const world = await claimd('journal --adapter name:eth9,eth* --plugin ethernet', {
    client: {
      journal: async function* ({ type, limit }: JournalFilter = {}) {
        // It was there once.
        if (type === undefined && limit === 1) yield event({ revision: 41 })
      },
    },
  })
  assert.is(world.code, 0)
  assert.is(world.out, '')
  assert.is(
    world.err,
    `note: no adapter fits name:eth9 now; did you mean eth0?
note: there is no plugin ethernet now
note: the journal holds no such event
`,
  )
})

test('a name that is there neither now nor in the journal is refused, before anything is printed', async () => {
  const journal = async function* ({ limit }: JournalFilter = {}) {
    if (limit === undefined) yield event({ revision: 41 })
  }
  const refused = async (line: string) => {
    const world = await claimd(line, { client: { journal } })
    assert.is(world.out, '')
    return [world.code, world.err] as const
  }
  assert.equal(await refused('journal --adapter eth0,eht0'), [
    10,
    `claimd: there is no adapter eht0, and the journal tells of none
  found:    eht0
  expected: the name of an adapter that is there or was, or a pattern
  do:       did you mean eth0?
`,
  ])
  assert.match(
    (await refused('journal --plugin claimd-lba'))[1],
    /no plugin claimd-lba.*did you mean claimd-lab\?/s,
  )
  assert.match(
    (await refused('journal --connection nosuch'))[1],
    /no connection nosuch.*see: claimd connections/s,
  )
  assert.equal(
    JSON.parse((await claimd('journal --json --adapter 9.9', { client: { journal } })).out).code,
    'ADAPTER_NOT_FOUND',
  )
})

test.run()
