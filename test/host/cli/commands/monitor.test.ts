import type { JournalFilter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import { event } from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/commands/monitor')

const unreachable = claimdError('DAEMON_UNREACHABLE', {
  message: 'no daemon listens on /run/default.sock',
})

const endingWith = (error: unknown) => ({
  client: {
    events: async function* () {
      yield event({ revision: 42 })
      yield event({ revision: 43, type: 'note', name: null, adapter: null, message: 'two\nlines \x1b[2J' })
      if (error) throw error
    },
  },
})

test('prints a line for each event; when the daemon goes away it tells how to continue and exits 8', async () => {
  for (const error of [null, unreachable]) {
    const world = await claimd('monitor', endingWith(error))
    assert.is(
      world.out,
      `12:29:00+05:30  eth0        claimed           eth0 is claimed: claimd-as-found/as-found holds it for connection eth0
12:29:00+05:30  -           note              two\\nlines \\x1b[2J
`,
    )
    assert.is(
      world.err,
      `claimd: the daemon went away, so there are no more events
  found:    the end of the events after revision 43
  expected: a running daemon
  do:       when it is back: claimd monitor --since 43
`,
    )
    assert.is(world.code, 8)
  }
})

test('with --json every line is one event, and the error is a document too', async () => {
  const world = await claimd('monitor --json', endingWith(null))
  const [first, second, error] = world.out.split('\n')
  assert.is(JSON.parse(first!).revision, 42)
  assert.is(JSON.parse(second!).message, 'two\nlines \x1b[2J')
  assert.is(JSON.parse(error!).code, 'DAEMON_UNREACHABLE')
})

test('--since continues after a revision', async () => {
  assert.equal((await claimd('monitor --since 41')).asked, [['events', { since: 41 }]])
  assert.equal((await claimd('monitor')).asked, [['events', {}]])
})

test('filters and the window are asked of the daemon, and are part of how to continue', async () => {
  const line = 'monitor --adapter veth*,eth0 --type claimed,claim-ended --type refused --coalesce 500'
  const world = await claimd(line, endingWith(unreachable))
  const adapter = ['veth*', 'eth0']
  const types = ['claimed', 'claim-ended', 'refused']
  assert.equal(world.asked, [['adapters'], ['events', { adapter, coalesce: 500, types }]])
  for (const part of [" --adapter 'veth*,eth0'", ' --coalesce 500', ' --since 43'])
    assert.ok(world.err.includes(part))
})

test('an adapter that is yet to come is waited for by a pattern; a plain name that never was is refused', async () => {
  const follow = async (words: string, known: string[] = []) => {
    const { client } = endingWith(null)
    const world = await claimd(`monitor --adapter ${words}`, {
      client: {
        ...client,
        journal: async function* ({ adapter }: JournalFilter = {}) {
          if (known.includes(adapter![0]!)) yield event({ revision: 41 })
        },
      },
    })
    return { ...world, notes: world.err.split('\n').filter((line) => line.startsWith('note:')) }
  }
  const fitting = await follow('eth*,3.2,id:2.1,name:lo')
  assert.equal(fitting.notes, [])
  assert.match(fitting.out, 'eth0 is claimed')
  const later = await follow('usb*,name:eth7,id:9.9,gone0', ['gone0'])
  assert.equal(later.notes, [
    'note: no adapter fits usb* now',
    'note: no adapter fits name:eth7 now; did you mean eth0?',
    'note: no adapter fits id:9.9 now',
    'note: no adapter fits gone0 now',
  ])
  assert.match(later.out, 'eth0 is claimed')
  const never = await follow('eth0,eth7')
  assert.equal([never.code, never.out], [10, ''])
  assert.is(
    never.err,
    `claimd: there is no adapter eth7, and the journal tells of none
  found:    eth7
  expected: the name of an adapter that is there or was, or a pattern
  do:       did you mean eth0?; to wait for one: --adapter name:eth7
`,
  )
  assert.not.ok(never.asked.some(([call]) => call === 'events'))
  assert.is((await follow('9.9')).code, 10)
})

test('an event that stands for others says for how many', async () => {
  const world = await claimd('monitor', {
    client: {
      events: async function* () {
        yield event({ revision: 42, merged: 3 })
      },
    },
  })
  assert.match(world.out, / \(the newest of 3\)\n$/)
})

test('a daemon that was never there is told as such', async () => {
  const world = await claimd('monitor', {
    client: {
      // biome-ignore lint/correctness/useYield: it fails before the first event
      events: async function* () {
        throw unreachable
      },
    },
  })
  assert.is(world.err, 'claimd: no daemon listens on /run/default.sock\n')
  assert.is(world.code, 8)
})

test('another error keeps its own exit code', async () => {
  const world = await claimd('monitor', endingWith(claimdError('NOT_PERMITTED', { message: 'you may not' })))
  assert.is(world.code, 7)
})

test.run()
