import type { Finding, PluginRow } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { MachineFacts } from '../../../../host/app/machine-facts.js'
import type { DaemonFacts } from '../../../../host/cli/doctor/findings.js'
import { findings } from '../../../../host/cli/doctor/findings.js'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'

const test = suite('cli/doctor/findings')

const paths = { socket: '/run/c.sock', config: '/etc/c.json', state: '/var/lib/c', uid: 0 }
const daemon: DaemonFacts = { status: documents.status, plugins: [], unreadable: [], walls: null }
const absent = claimdError('DAEMON_UNREACHABLE', { message: 'No claimd daemon listens on /run/c.sock' })

function about(subject: string, machine: Partial<MachineFacts>, who: typeof daemon | typeof absent = absent) {
  return findings({ ...documents.machine, ...machine }, who, paths).find((one) => one.subject === subject)
}

const verdict = (found: Finding | undefined) => found?.verdict

test('Node 20 is named as past its life, and what is older as wrong', () => {
  for (const [node, expected] of [
    ['v18.20.0', 'wrong'],
    ['v20.18.3', 'wrong'],
    ['v20.19.0', 'limited'],
    ['v24.1.0', 'ok'],
  ] as const) {
    assert.is(verdict(about('Node', { node })), expected, node)
  }
  const status = { ...documents.status, node: 'v20.19.0' }
  assert.is(
    verdict(about('Node', {}, { ...daemon, status })),
    'limited',
    "the daemon's counts, where one runs",
  )
})

test('each thing that is missing has a verdict, and what keeps claimd from running is wrong', () => {
  const fault = claimdError('CONFIGURATION_INVALID', { message: 'it has a fault', remedy: 'correct it' })
  const cases: [string, Partial<MachineFacts>, Finding['verdict'] | undefined][] = [
    ['links', {}, 'ok'],
    ['links', { links: { kind: 'polling', because: 'netlink may not be opened' } }, 'limited'],
    ['links', { links: { kind: 'none', because: 'no /proc' } }, 'wrong'],
    ['udev', { udev: 'absent' }, 'limited'],
    ['udev', { udev: 'elsewhere' }, 'ok'],
    ['network namespace', { networkNamespace: 'net:[2]' }, undefined],
    ['configuration', { configuration: fault.document as MachineFacts['configuration'] }, 'wrong'],
    ['state', { state: 'this user may not write to /var/lib' }, 'wrong'],
    ['tools', { tools: [{ name: 'setpriv', path: null }] }, 'limited'],
    ['walls', {}, 'ok'],
    ['wall memory limit', {}, 'limited'],
  ]
  for (const [subject, machine, expected] of cases) {
    assert.is(verdict(about(subject, machine)), expected, `${subject} ${JSON.stringify(machine)}`)
  }
  const readOnly = { state: 'this user may not write to /var/lib' }
  const own = { ...documents.status, state: paths.state }
  assert.is(verdict(about('state', readOnly, { ...daemon, status: own })), 'ok', 'the daemon has it')
  assert.is(verdict(about('state', readOnly, daemon)), 'wrong', 'another folder than that of the daemon')
})

test('each fault of the configuration is a finding of its own, the daemon knows those of its file', () => {
  const { configurationFault } = documents
  const doubt = { ...configurationFault.faults![0]!, field: 'connections.office.type' }
  const faulty = { ...documents.status, configurationFault, configurationDoubts: [doubt] }
  const of = (who: Parameters<typeof findings>[1], config: string, machine = documents.machine) =>
    findings(machine, who, { ...paths, config }).filter(({ subject }) => subject === 'configuration')
  const found = of({ ...daemon, status: faulty }, faulty.config)
  assert.is(found.length, 3)
  for (const [at, { field, remedy }] of [...configurationFault.faults!, doubt].entries()) {
    assert.is(verdict(found[at]), 'wrong')
    const where = at < 2 ? '/etc/claimd/config.json' : 'the configuration in force'
    assert.match(found[at]!.found, `${where} at ${field}: found `)
    assert.is(found[at]!.remedy, remedy)
  }
  assert.match(found[0]!.found, 'the last good one is in force')

  const examined = { ...documents.machine, configurationDoubts: [doubt] }
  assert.is(of({ ...daemon, status: faulty }, '/other.json').length, 1, 'another file was examined from here')
  assert.is(verdict(of({ ...daemon, status: faulty }, '/other.json')[0]), 'ok')
  assert.is(verdict(of(daemon, '/other.json', examined)[0]), 'wrong')
  assert.is(verdict(of(absent, '/other.json', examined)[0]), 'wrong')
})

test('a daemon that does not answer, is degraded, or keeps us out, is wrong', () => {
  assert.match(about('daemon', {})!.found, 'what follows was found out without it')
  assert.is(verdict(about('daemon', {})), 'wrong')
  assert.is(verdict(about('daemon', {}, daemon)), 'ok')
  const status = { ...documents.status, health: 'degraded' as const, because: 'the disk is full' }
  assert.is(verdict(about('daemon', {}, { ...daemon, status })), 'wrong')
  assert.is(verdict(about('daemon', {}, claimdError('NOT_PERMITTED', { message: 'you may not' }))), 'wrong')
})

test('udev and the network namespace are those of the daemon, where one runs', () => {
  const status = { ...documents.status, networkNamespace: 'net:[7]', udev: 'elsewhere' as const }
  const here = { udev: 'absent' as const, networkNamespace: 'net:[1]' }
  assert.match(
    about('udev', here, { ...daemon, status })!.found,
    'does not look after the network namespace of these links',
  )
  const elsewhere = about('network namespace', here, { ...daemon, status })!
  assert.is(elsewhere.found, 'the daemon watches the adapters of net:[7]; this command runs in net:[1]')
  assert.match(elsewhere.remedy!, `nsenter --net=/proc/${status.pid}/ns/net ip link`)
  const of = (networkNamespace: string, from: string | null) =>
    about(
      'network namespace',
      { networkNamespace: from },
      { ...daemon, status: { ...status, networkNamespace } },
    )
  assert.is(of('net:[1]', 'net:[1]'), undefined)
  assert.is(of('net:[1]', null), undefined, 'where this command runs cannot be known')
  assert.is(of('simulated', 'net:[1]'), undefined)
  const simulated = { ...status, networkNamespace: 'simulated', udev: null }
  assert.is(about('udev', {}, { ...daemon, status: simulated }), undefined)
})

test('paths that were neither named nor asked for are told to be the defaults', () => {
  const of = (assumed: { config: boolean; state: boolean }) =>
    findings(documents.machine, absent, { ...paths, assumed })
      .filter(({ subject }) => subject === 'configuration' || subject === 'state')
      .map(({ found }) => found.includes('the default'))
  assert.equal(of({ config: true, state: true }), [true, true])
  assert.equal(of({ config: true, state: false }), [true, false])
  assert.equal(of({ config: false, state: true }), [false, true])
})

test('a database that stops the next start is wrong, also while a daemon runs with it', () => {
  const database = claimdError('STATE_DAMAGED', {
    message: 'it is damaged',
    found: 'dust',
    remedy: 'move it',
  })
  const damaged = { database: database.document as MachineFacts['database'] }
  const using = { ...daemon, status: { ...documents.status, state: paths.state } }
  assert.match(about('state', damaged, using)!.found, /^the next start fails: it is damaged/)
  assert.is(about('state', damaged)!.remedy, 'move it')
  const forbidden = claimdError('STATE_FORBIDDEN', { message: 'not for you' }).document
  const unreadable = { database: forbidden as MachineFacts['database'] }
  assert.is(verdict(about('state', unreadable, using)), 'ok', "of another user's daemon nothing is known")
  assert.is(verdict(about('state', unreadable)), 'wrong')
})

test('a state that cannot be written is told once, with what to do', () => {
  const status = {
    ...documents.status,
    state: paths.state,
    health: 'degraded' as const,
    because: 'the disk is full',
    remedy: 'make the state folder writable',
  }
  const all = findings(documents.machine, { ...daemon, status }, paths)
  assert.equal(
    all.filter(({ subject }) => subject === 'state'),
    [],
    'it is not said to be well',
  )
  const told = all.find(({ subject }) => subject === 'daemon')!
  assert.is(verdict(told), 'wrong')
  assert.match(told.remedy!, 'make the state folder writable')
})

test('adapters that no provider answers for are told, and that no plugin runs', () => {
  const status = { ...documents.status, adapters: { orphaned: 2 } }
  const [row] = documents.plugins.plugins
  const of = (plugins: PluginRow[]) =>
    findings(documents.machine, { ...daemon, status, plugins }, paths).map(({ found }) => found)
  assert.ok(of([row!]).includes('2 are orphaned: protected, and no provider answers for them'))
  assert.not(of([row!]).includes('none runs, so no adapter is claimed'))
  assert.ok(of([{ ...row!, state: 'disabled' }]).includes('none runs, so no adapter is claimed'))
})

test('a daemon that runs without its socket is wrong, and named', () => {
  const found = { pid: 42, state: paths.state, listensIn: ['/run'] }
  const daemonOf = (listensIn: string[]) =>
    findings(documents.machine, absent, { ...paths, found: { ...found, listensIn } })[0]!
  assert.is(verdict(daemonOf(['/run'])), 'wrong')
  assert.match(daemonOf(['/run']).found, 'process 42 is a claimd with the state folder /var/lib/c')
  assert.match(daemonOf(['/run']).remedy!, 'puts its socket back')
  assert.match(daemonOf(['/elsewhere']).remedy!, '--socket')
})

test('the walls are those around the plugins of the daemon, where one runs', () => {
  const walls = [{ wall: 'own-user', stands: true, because: 'a user each' }]
  const found = findings(documents.machine, { ...daemon, walls }, paths)
  assert.match(found.find(({ subject }) => subject === 'walls')!.found, '1 of 1 stand around its plugins')
  assert.not.ok(found.some(({ subject }) => subject.startsWith('wall ')))
})

test('what to do about missing walls is told once, to who can do it', () => {
  const remedies = (who: typeof daemon | typeof absent, uid: number, socket = paths.socket) =>
    findings(documents.machine, who, { ...paths, uid, socket })
      .filter(({ subject }) => /^walls?\b/.test(subject))
      .map(({ remedy }) => remedy !== null)
  const own = { ...daemon, walls: documents.machine.walls }
  assert.equal(remedies(absent, 1000), [true, false, false])
  assert.equal(remedies(own, 1000), [true, false, false], 'a daemon of this user')
  assert.equal(remedies(own, 1000, '/run/claimd/claimd.sock'), [false, false, false], "root's daemon")
  assert.equal(remedies(absent, 0), [false, false, false])
  const whole = [{ wall: 'own-user', stands: true, because: 'a user each' }]
  assert.equal(remedies({ ...daemon, walls: whole }, 1000), [false])
})

test('plugins that do not run are named with the command that helps', () => {
  const row = documents.plugins.plugins[0]!
  const cases: [Partial<PluginRow>, Finding['verdict'] | undefined, string][] = [
    [{ state: 'rejected' }, 'wrong', 'plugin show'],
    [{ state: 'quarantined' }, 'wrong', 'plugin reload'],
    [{ state: 'quarantined', folder: '/srv/my lab' }, 'wrong', "claimd plugin verify '/srv/my lab'"],
    [{ state: 'stuck' }, 'wrong', 'plugin log'],
    [{ state: 'backing-off' }, 'wrong', 'plugin log'],
    [{ state: 'untrusted', awaitsTrust: true }, 'limited', 'plugin trust'],
    [{ state: 'untrusted' }, 'limited', 'plugin show'],
    [{ state: 'disabled' }, undefined, ''],
    [{ state: 'running' }, undefined, ''],
    [{ state: 'idle' }, undefined, ''],
    [{ takenTypes: [{ type: 'vpn', owner: '@acme/vpn' }] }, 'limited', 'a type of their own'],
    [{ notTaken: { because: 'nobody has granted it', awaitsTrust: true } }, 'limited', 'plugin trust'],
    [{ notTaken: { because: 'this build failed', awaitsTrust: false } }, 'limited', 'plugin show'],
  ]
  for (const [change, expected, command] of cases) {
    const found = about(`plugin ${row.name}`, {}, { ...daemon, plugins: [{ ...row, ...change }] })
    assert.is(verdict(found), expected, change.state)
    if (found) assert.match(found.remedy!, command)
  }
})

test("to a member of the group of root's socket, what only root may do is suggested as root", () => {
  const plugins = (['untrusted', 'quarantined'] as const).map(
    (state): PluginRow => ({ ...documents.plugins.plugins[0]!, name: state, state, awaitsTrust: true }),
  )
  const remedies = (uid: number) =>
    findings(documents.machine, { ...daemon, plugins }, { ...paths, socket: '/run/claimd/claimd.sock', uid })
      .filter(({ subject }) => subject.startsWith('plugin '))
      .map(({ remedy }) => remedy!.includes('as root: claimd plugin'))
  assert.equal(remedies(0), [false, false])
  assert.equal(remedies(7), [true, true])
})

test.run()
