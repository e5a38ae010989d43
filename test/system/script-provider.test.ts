import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { root, until } from './lab.js'
import { exec, ScriptLab } from './script-lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/script-provider', { timeout: 60_000 })
let lab: ScriptLab

test.before.each(() => {
  lab = new ScriptLab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

test('the ten lines of shell claim a link, are asked again when it changes, and let go of it', async () => {
  const sample = join(lab.scripts, 'lab-link')
  copyFileSync(join(root, 'samples/script-provider/lab-link'), sample)
  chmodSync(sample, 0o755)
  lab.configureScripts({ lab: sample })
  lab.link('lab0')
  lab.link('other0')
  await lab.start({ bundled: true })
  await until(
    async () => (await lab.said('lab0')) === 'INVALID_CONNECTION lab: lab0 is down, or has no IPv4 address',
    () => lab.said('lab0'),
  )
  lab.ip('addr add 192.0.2.7/24 dev lab0')
  assert.is((await lab.settles('lab0', 'claimed', exec)).connection, 'lab')
  await lab.assertRefused('lab', 'lab0')
  const { revision } = await lab.get('adapters')
  lab.ip('addr del 192.0.2.7/24 dev lab0')
  await lab.settles('lab0', 'unmanaged')
  const [ended] = await lab.events(revision, 'claim-ended')
  assert.match(String(ended!.message), 'lab0 is down, or has no IPv4 address')
  assert.match(await lab.said('other0'), 'it says that it is for name lab*')
})

test('a script is told everything, verifies after a restart, and hears when an operator releases its link', async () => {
  const answer = `echo '{ "result": "SUCCESS", "evidence": "the far end is right" }'`
  const program = lab.script('full', lab.noting(answer))
  lab.configureScripts({ lab: program }, { match: { kind: 'veth' }, options: { vlan: 7 } })
  lab.link('lab0', '192.0.2.7/24')
  const first = await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed', exec)
  assert.is(await lab.said('lab0'), 'SUCCESS the far end is right')
  await first.kill('SIGKILL')
  await lab.start({ bundled: true })
  await until(
    async () => !(await lab.adapter('lab0')).provisional,
    () => 'the claim stays provisional',
  )
  assert.is((await lab.run('release', 'lab0', '--reason', 'enough')).code, 0)
  await until(
    async () => lab.notes().some((note) => note.startsWith('released ')),
    () => lab.notes().join('\n'),
  )
  const asked = lab.notes().map((note) => note.split(' ').slice(0, 3).join(' '))
  assert.equal([...new Set(asked)], ['offer lab0 lab', 'verify lab0 lab', 'released lab0 lab'])
  const [offer, verify, released] = ['offer', 'verify', 'released'].map((verb) => {
    const note = lab.notes().find((line) => line.startsWith(verb))!
    return JSON.parse(note.slice(note.indexOf('{')))
  })
  for (const told of [offer, verify, released]) {
    assert.equal([told.adapter.name, told.connection, told.options], ['lab0', 'lab', { vlan: 7 }])
    assert.is(told.fence, offer.fence)
  }
  assert.is(verify.evidence, 'the far end is right')
  assert.is(released.reason, 'operator')
})

/** All of the namespace that a connect could change. */
function everything(): string {
  const lists = ['-o addr', 'route show table all', '-6 route show table all', 'rule', '-6 rule']
  return lists.map((list) => lab.ip(list).replace(/valid_lft.*|preferred_lft.*/g, '')).join('\n')
}

async function copySample(name: string): Promise<string> {
  const sample = join(lab.scripts, name)
  copyFileSync(join(root, 'samples/script-provider', name), sample)
  chmodSync(sample, 0o755)
  lab.configureScripts({ lab: sample })
  lab.ip('link add lab0 type veth peer name p-lab0')
  for (const link of ['lab0', 'p-lab0']) lab.ip(`link set ${link} addrgenmode none`)
  lab.exec('sysctl -qw net.ipv6.conf.p-lab0.disable_ipv6=1')
  lab.ip('link set p-lab0 up')
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'unmanaged')
  return sample
}

const stateOf = async () => (await lab.get('connections/lab')).state

async function becomes(state: string): Promise<void> {
  await until(
    async () => (await stateOf()) === state,
    async () => JSON.stringify(await lab.get('connections/lab')),
  )
}

test('ten lines of shell connect a link: claimd sets what they print, and takes it back', async () => {
  await copySample('lab-dial')
  const before = everything()
  const connect = await lab.run('connect', 'lab')
  assert.is(connect.code, 0, connect.stderr)
  assert.match(lab.ip('-4 addr show dev lab0'), '192.0.2.7/24')
  assert.match(lab.ip('route'), 'default via 192.0.2.1 dev lab0 proto 193 metric 100')
  await lab.settles('lab0', 'managed', exec)
  await lab.daemons[0]!.kill('SIGKILL')
  await lab.start({ bundled: true })
  await becomes('connected')
  assert.match(lab.ip('route'), 'default via 192.0.2.1 dev lab0')
  const disconnect = await lab.run('disconnect', 'lab')
  assert.is(disconnect.code, 0, disconnect.stderr)
  assert.is(everything(), before)
  // Somebody takes the address away: the script says no, and it is connected again.
  assert.is((await lab.run('connect', 'lab')).code, 0)
  const { since } = await lab.get('connections/lab')
  lab.ip('addr del 192.0.2.7/24 dev lab0')
  await until(
    async () => (await lab.get('connections/lab')).since !== since,
    async () => JSON.stringify(await lab.get('connections/lab')),
  )
  await becomes('connected')
  assert.match(lab.ip('-4 addr show dev lab0'), '192.0.2.7/24')
})

test('a script whose link cannot be set as it prints fails to connect, and leaves nothing', async () => {
  const sample = await copySample('lab-dial')
  const before = everything()
  writeFileSync(
    sample,
    readFileSync(sample, 'utf8').replace('"gateway": "192.0.2.1"', '"gateway": "203.0.113.1"'),
  )
  const connect = await lab.run('connect', 'lab', '--once')
  assert.is(connect.code, 4, connect.stdout)
  assert.match(connect.stderr, 'claimd could not set the route to default via 203.0.113.1 on lab0')
  await becomes('disconnected')
  assert.is(everything(), before)
})

test('a script that breaks while it is asked to verify leaves its link protected', async () => {
  const program = lab.script('lab', lab.noting('exit 0'))
  lab.configureScripts({ lab: program })
  lab.link('lab0', '192.0.2.7/24')
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed', exec)
  lab.script('lab', lab.noting('echo "helper: not found" >&2; exit 127'))
  lab.ip('addr add 198.51.100.7/24 dev lab0')
  const { because } = await lab.settles('lab0', 'orphaned', exec)
  assert.match(because, 'it ended with exit code 127: helper: not found')
  await lab.assertRefused('lab', 'lab0')
  lab.script('lab', lab.noting('exit 0'))
  await lab.settles('lab0', 'claimed', exec)
})

test.run()
