import type { Round } from '@claimd/sdk'
import picocolors from 'picocolors'
import * as assert from 'uvu/assert'
import { show as showConnection } from '../../../../host/cli/views/connection.js'
import { show as showExplain } from '../../../../host/cli/views/explain.js'
import { show as explainConnection } from '../../../../host/cli/views/explain-connection.js'
import { show as showStatus } from '../../../../host/cli/views/status.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/views/narratives')
const page = { width: 80, colours: picocolors.createColors(false), command: 'claimd', now: documents.now }

test('explain: every round, oldest first, then who would be asked now', () => {
  assert.is(
    showExplain(documents.explain, page),
    `\
eth0 is claimed
  because claimd-as-found/as-found claimed it: up with a global address
  held by claimd-as-found/as-found for connection eth0

Round 1, 12:26:58+05:30 (3 min ago): it appeared
  Outcome: nobody claimed it: no provider was asked

Round 2, 12:27:00+05:30 (3 min ago): eth0 has another set of addresses
  1. @acme/claimd-lab/lab 1.2.0
     looked and declined (INVALID_CONNECTION) in 3.5 ms: not a lab link
  2. slow/slow 1.0.0
     failed (UNEXPECTED) in 2.0 s: it did not answer within 2000 ms
  3. claimd-as-found/as-found 1.0.0
     said that it is its own (SUCCESS) in 0.4 ms: up with a global address
  Not asked: @acme/claimd-wwan/wwan, @acme/claimd-vpn/vpn — no match rule fits
  Outcome: claimed by claimd-as-found/as-found for connection eth0

If it were offered now: who is asked, until one claims it
  1. @acme/claimd-lab/lab — band exact, priority 50, rule with 1 glob
  Not asked: claimd-as-found/as-found — it holds the adapter
  Not asked: @acme/claimd-vpn/vpn — no match rule fits
`,
  )
})

test('explain: an adapter that was made again says in one line what it was', () => {
  const predecessor = {
    ...{ id: '2.0', name: 'eth0', until: documents.round.at, because: 'it was removed' },
    ...{ provider: 'x/lab', connection: 'lab' },
  }
  const line = (one: typeof predecessor | { provider: null; connection: null }) =>
    /^ {2}Made again: .*$/m.exec(
      showExplain({ ...documents.explain, predecessor: { ...predecessor, ...one } }, page),
    )?.[0]
  assert.is(line(predecessor), '  Made again: it was 2.0 until 12:27:00+05:30 (3 min ago), held by x/lab')
  assert.match(line({ provider: null, connection: null })!, ', held by no provider')
  assert.not.match(showExplain(documents.explain, page), 'Made again')
})

test('explain --at: how it was then, in local time, and who else had the name', async () => {
  const others = [
    { id: '2.0', name: 'eth0', until: documents.round.at },
    { id: '9.4', name: 'eth0', until: null },
  ]
  const at = documents.round.at
  const notes = [`claimd did not run at that moment: it had stopped at ${at}, and left it like this`]
  const past = { ...documents.explain, rounds: [documents.round], order: [], at, notes, others }
  const explain = async () => past
  const { out, asked, code } = await claimd('explain eth0 --at 12:27', { client: { explain } })
  assert.is(
    out.slice(0, out.indexOf('  1. ')),
    `\
eth0 (id 2.1) was claimed at 12:27:00+05:30 (3 min ago)
  because claimd-as-found/as-found claimed it: up with a global address
  held by claimd-as-found/as-found for connection eth0
  Note: claimd did not run at that moment: it had stopped at 12:27:00+05:30, and left it like this
  Others of that name: 2.0 until 12:27:00+05:30, 9.4 has it now; to see one: claimd explain id:ID --at TIME

Round 1, 12:27:00+05:30 (3 min ago): eth0 has another set of addresses
`,
  )
  assert.not.match(out, 'If it were offered now')
  assert.equal([code, asked], [0, [['explain', 'eth0', { at }]]])
  const wrong = await claimd('explain eth0 --at soon')
  assert.is(wrong.code, 2)
  assert.match(wrong.err, "'soon'")
  const none = showExplain({ ...past, rounds: [], others: [] }, page)
  assert.match(none, 'The journal holds no round of it from before that moment.')
})

test('explain: an adapter that was never offered', () => {
  const document = {
    ...documents.explain,
    state: 'ignored' as const,
    because: 'it is the loopback',
    provider: null,
    connection: null,
    rounds: [],
    order: [],
  }
  assert.is(
    showExplain(document, page),
    `\
eth0 is ignored
  because it is the loopback

It was not offered to any provider yet.

If it were offered now: no provider is asked
  the adapter is never offered: it is the loopback
`,
  )
  assert.match(
    showExplain({ ...document, state: 'unmanaged' }, page),
    'no provider is asked\n  no plugin contributes a provider; see: claimd plugins\n',
  )
})

test('explain: of many rounds the last ones, and how many there were before', () => {
  const shown = (count: number) => {
    const rounds = Array.from({ length: count }, () => documents.explain.rounds[0]!)
    return showExplain({ ...documents.explain, rounds }, page)
  }
  assert.match(shown(6), '\n1 earlier round: --json has it\n')
  assert.match(shown(7), '\n2 earlier rounds: --json has them all\n')
  assert.not.match(shown(5), 'earlier')
})

test('explain: the round of the claim is among those that are told, whatever came after it', () => {
  const { rounds, ...document } = documents.explain
  const [idle, claiming] = rounds as [Round, Round]
  const later = Array.from({ length: 7 }, () => idle)
  const titles = (...all: Round[]) =>
    [...showExplain({ ...document, rounds: all }, page).matchAll(/^Round (\d+),/gm)].map(
      ([, number]) => number,
    )
  assert.equal(titles(idle, claiming, ...later), ['2', '5', '6', '7', '8', '9'])
  assert.equal(titles(claiming, ...later, claiming), ['5', '6', '7', '8', '9'], 'the last one is its own')
  assert.match(showExplain({ ...document, rounds: [claiming, ...later] }, page), '\n2 earlier rounds: ')
  assert.not.match(showExplain({ ...document, rounds: [claiming, ...later.slice(2)] }, page), 'earlier')
})

test('explain: a round under way, and long reasons in lines that fit', () => {
  const answers = [
    { ...documents.round.answers[2]!, result: 'PENDING' as const, reason: `${'wait '.repeat(20)}\x1b[2J` },
    { ...documents.round.answers[3]!, result: null, reason: null, ms: null },
  ]
  const rounds = [{ ...documents.round, answers, outcome: null }]
  const shown = showExplain({ ...documents.explain, rounds, order: [] }, { ...page, width: 60 })
  assert.is(
    shown.slice(shown.indexOf('Round'), shown.indexOf('\nIf it')),
    `\
Round 1, 12:27:00+05:30 (3 min ago): eth0 has another set
  of addresses
  1. @acme/claimd-lab/lab 1.2.0
     could not tell yet (PENDING) in 3.5 ms: wait wait wait
     wait wait wait wait wait wait wait wait wait wait wait
     wait wait wait wait wait wait \\x1b[2J
  2. slow/slow 1.0.0
     has not answered yet
  Outcome: none yet, providers are still being asked
`,
  )
})

test('status: a short overview', () => {
  assert.is(
    showStatus(documents.status, page),
    `\
claimd:         1.0.0, pid 4242, Node v24.1.0
running:        for 3 h, since 09:20:00+05:30
configuration:  /etc/claimd/config.json
adapters:       4 (1 ignored, 1 unmanaged, 2 claimed)
connections:    2 (1 up, 1 down)
plugins:        2 (1 running, 1 rejected)
links:          netlink
state:          /var/lib/claimd
socket:         /run/claimd/claimd.sock
plugin folders: /srv/plugins /var/lib/claimd/plugins
revision:       41
`,
  )
})

test('status: a degraded daemon says so and why', () => {
  const because = 'the disk is full'
  const shown = showStatus({ ...documents.status, health: 'degraded', because, resyncs: 2 }, page)
  assert.match(shown, /^degraded: {7}the disk is full$/m)
  assert.match(shown, /^links: {10}netlink, read anew 2 times$/m)
})

test('SC-15: status counts container plumbing in one line', () => {
  const shown = showStatus({ ...documents.status, plumbing: 200 }, page)
  assert.match(shown, /^plumbing: +200 of them \(veth to other namespaces, bridges of such\)$/m)
})

test('status: messages of the kernel that could not be read are counted where resyncs are', () => {
  const line = (counts: { resyncs: number; malformed: number }) =>
    /^links: +(.*)$/m.exec(showStatus({ ...documents.status, ...counts }, page))?.[1]
  assert.is(line({ resyncs: 0, malformed: 1 }), 'netlink, 1 message unreadable')
  assert.is(line({ resyncs: 1, malformed: 3 }), 'netlink, read anew once, 3 messages unreadable')
})

test('adapter: everything about one, by name or id', async () => {
  const expected = `\
name:              eth0
id:                2.1
state:             claimed
because:           claimd-as-found/as-found claimed it: up with a global address
provider:          claimd-as-found/as-found
connection:        eth0
since:             12:27:00+05:30 (3 min ago)
kind:              ethernet
index:             2
driver:            virtio_net
address:           02:fc:00:00:00:01
permanent address: -
path:              pci/0000:00:03.0
vendor:            -
product:           -
up:                yes
carrier:           yes
master:            -
addresses:         10.0.0.1/24 fd00::1/64 fd00::2/64
`
  assert.is((await claimd('adapter eth0')).out, expected)
  const row = documents.adapters.adapters[1]!
  const { out, asked } = await claimd('adapter 2.1 --json')
  assert.equal(JSON.parse(out), { revision: 41, changes: [], predecessor: null, ...row })
  assert.equal(asked, [['adapter', '2.1']], 'the others are not asked for')
  const changes = [
    { what: 'MTU 1400 of eth0, before 1500', plugin: '@acme/lab', connection: 'lab', at: row.since ?? '' },
  ]
  const predecessor = {
    ...{ id: '2.0', name: 'eth0', until: row.since!, because: 'it was removed' },
    ...{ provider: 'x/lab', connection: 'lab' },
  }
  const adapter = async () => ({ revision: 41, ...row, changes, predecessor, plumbing: true })
  assert.match((await claimd('adapter eth0', { client: { adapter } })).out, /^plumbing: +it only passes/m)
  const { out: again } = await claimd('adapter eth0', { client: { adapter } })
  assert.match(again, /^made again: +it was 2.0 until 12:27:00\+05:30 \(3 min ago\), held by x\/lab$/m)
  const { out: changed } = await claimd('adapter eth0', { client: { adapter } })
  assert.match(changed, /^changed: +MTU 1400 of eth0, before 1500, by @acme\/lab, /m)
})

test('adapter: what cannot be a name is not asked for', async () => {
  const world = await claimd(['adapter', 'a b'])
  assert.match(world.err, "the adapter's name holds a space")
  assert.equal([world.code, world.asked], [2, []])
})

test('connection: state, why, since, who wants it and when it is tried again come first', () => {
  const requests = [documents.request]
  assert.is(
    showConnection({ ...documents.connection, retryAt: documents.at(12, 30, 3), requests }, page),
    `\
name:          office
state:         connecting-waiting-for-ip
because:       its provider waits for an address
since:         12:29:50+05:30 (10 s ago)
next try:      in 3 s, at 12:30:03+05:30
failed:        1 min ago (no-carrier): nothing is plugged in
adapter:       eth1
provider:      @acme/claimd-lab/lab
origin:        dialled: claimd connected it
uses:          modem:0
wanted by:     operator, since 12:29:50+05:30 (10 s ago)
request:       7: root (uid 0) asked to connect, 10 s ago; it is being connected
configured:    with the command connection add
type:          lab
enabled:       yes
behaviour:     on-demand
idle time-out: 60 s
reconnect:     after 1 s, then twice as long each time, up to 300 s
  address:     "10.0.0.1/24"
  password:    "***"
`,
  )
})

test('connection: one of the file that waits for an edit, and one that lives as long as its claim', () => {
  const { configuration } = documents.connection
  const reconnect = { algorithm: 'linear', delay: 5, attempts: 3, afterwards: 'never' } as const
  const wide = { ...page, width: 120 }
  const edited = { ...configuration!, idleTimeout: 'never', reconnect } as const
  const ofFile = { ...documents.connection, source: 'file', deferred: true, configuration: edited } as const
  const shown = showConnection(ofFile, wide)
  assert.match(shown, 'in the configuration file; what is below counts from the next connect on')
  assert.match(shown, /idle time-out: never\nreconnect: +every 5 s; after 3 attempts not any more\n/)
  const volatile = { ...documents.connection, type: null, configuration: null, holdRows: [] }
  assert.match(
    showConnection(volatile, page),
    /wanted by: +-\nconfigured: +no: it lives as long as its claim\n$/,
  )
})

test('explain of a connection: how it is, and what happened to it', () => {
  assert.is(
    explainConnection(documents.explainConnection, page),
    `\
office is connecting-waiting-for-ip
  because its provider waits for an address

12:29:50+05:30  connection office is wanted by operator
12:29:51+05:30  connection office is connecting: somebody wants it up
`,
  )
  const [event] = documents.explainConnection.events
  const many = { ...documents.explainConnection, events: Array.from({ length: 25 }, () => event!) }
  assert.match(explainConnection(many, page), '5 earlier events: --json has them')
  const none = { ...documents.explainConnection, events: [] }
  assert.match(explainConnection(none, page), 'tells of nothing that happened')
})

test.run()
