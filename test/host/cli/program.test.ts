import { ClaimdError } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ControlClient } from '../../../host/cli/client.js'
import { exitCodeOf } from '../../../host/cli/exit-codes.js'
import { main } from '../../../host/cli/program.js'
import { usageError } from '../../../host/cli/usage.js'
import { claimdError, type ErrorCode, errorResults } from '../../../host/core/errors.js'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { claimd, fakeWorld } from './fake-world.js'

const test = suite('cli/program')

test('global options stand anywhere on the line', async () => {
  for (const line of [
    '--json --socket /s adapters',
    '--json adapters --socket /s',
    'adapters --json --socket=/s',
    'adapters --socket /s --json',
  ]) {
    const world = await claimd(line)
    assert.equal(JSON.parse(world.out), documents.adapters, line)
    assert.equal(world.dialled, ['/s'], line)
    assert.is(world.code, 0)
  }
  assert.match((await claimd('plugin trust --help')).out, /^Usage: claimd plugin trust/)
  assert.match((await claimd('--help plugin log --json')).out, /Usage: claimd plugin log/)
  assert.match((await claimd('plugin')).out, /^Usage: claimd plugin/)
  assert.match((await claimd('adapters --version')).out, /^\d+\.\d+\.\d+\n$/)
  assert.match((await claimd('explain --help')).out, /^Usage: claimd explain/)
  assert.match((await claimd('--help --json explain --socket /s')).out, /Usage: claimd explain/)
  assert.equal((await claimd('adapters -h')).dialled, [])
})

test('in a working folder that is gone every relative path is refused for that', async () => {
  for (const line of [
    'adapters --socket run/s.sock',
    'plugin check x',
    'plugin verify x',
    'plugin install x',
  ]) {
    const world = fakeWorld([...line.split(' '), '--json'], {})
    Object.defineProperty(world, 'folder', {
      get() {
        throw usageError('The working folder no longer exists', 'x', 'x', 'x')
      },
    })
    assert.is(await main(world), 2, line)
    assert.is(JSON.parse(world.out).message, 'The working folder no longer exists', line)
    assert.not(world.dialled.includes('run/s.sock'))
  }
  assert.equal((await claimd('adapters --socket run/s.sock')).dialled, ['run/s.sock'])
})

test('without --socket the default socket is dialled', async () => {
  assert.equal((await claimd('adapters')).dialled, ['/run/default.sock'])
})

test('alone, it prints help', async () => {
  for (const line of ['', '--help', 'help']) {
    const world = await claimd(line)
    assert.match(world.out, /^Usage: claimd \[options\] \[command\]\n/)
    assert.match(world.out, /Exit codes:/)
    assert.is(world.code, 0)
    assert.is(world.err, '')
  }
  assert.match((await claimd('help release')).out, /^Usage: claimd release/)
  assert.match((await claimd('help plugin show')).out, /^Usage: claimd plugin show/)
})

test('help and version are one document with --json', async () => {
  assert.match(JSON.parse((await claimd('--json')).out).help, /^Usage/)
  assert.match(JSON.parse((await claimd('--version --json')).out).version, /^\d/)
})

test('a name that begins with - goes after --', async () => {
  const world = await claimd('--json explain -- --json')
  assert.equal(world.asked, [['explain', '--json']])
  const people = await claimd('explain -- --json')
  assert.match(people.out, /^eth0 is claimed\n/)
})

const misuse: [line: string, expected: string][] = [
  [
    'adaptrs',
    `claimd: unknown command 'adaptrs'
  found:    adaptrs
  expected: one of run, replay, status, adapters, adapter, connections, providers, plugins, explain, journal, monitor, offer, release, connect, hold, disconnect, connection, plugin, config, doctor, help
  do:       did you mean adapters? see: claimd --help
`,
  ],
  [
    'dial office',
    `claimd: unknown command 'dial'
  found:    dial
  expected: one of run, replay, status, adapters, adapter, connections, providers, plugins, explain, journal, monitor, offer, release, connect, hold, disconnect, connection, plugin, config, doctor, help
  do:       see: claimd --help
`,
  ],
  [
    'fleet',
    `claimd: unknown command 'fleet'
  found:    fleet
  expected: one of run, replay, status, adapters, adapter, connections, providers, plugins, explain, journal, monitor, offer, release, connect, hold, disconnect, connection, plugin, config, doctor, help
  do:       see: claimd --help
`,
  ],
  [
    'help pluggins',
    `claimd: unknown command 'pluggins'
  found:    pluggins
  expected: one of run, replay, status, adapters, adapter, connections, providers, plugins, explain, journal, monitor, offer, release, connect, hold, disconnect, connection, plugin, config, doctor, help
  do:       did you mean plugins? see: claimd --help
`,
  ],
  [
    'providers --sokcet=/s',
    `claimd: unknown option '--sokcet=/s'
  found:    --sokcet=/s
  expected: one of --json, --socket, --version, --help
  do:       did you mean --socket? see: claimd providers --help
`,
  ],
  [
    'providers --jsn',
    `claimd: unknown option '--jsn'
  found:    --jsn
  expected: one of --json, --socket, --version, --help
  do:       did you mean --json? see: claimd providers --help
`,
  ],
  [
    '--bogus adapters',
    `claimd: unknown option '--bogus'
  found:    --bogus
  expected: one of --json, --socket, --version, --help
  do:       see: claimd --help; a name that begins with - goes after --
`,
  ],
  [
    'release eth0 -x --reason why',
    `claimd: unknown option '-x'
  found:    -x
  expected: one of --reason, --json, --socket, --version, --help
  do:       see: claimd release --help; a name that begins with - goes after --
`,
  ],
  [
    'release eth0 --reaso x',
    `claimd: unknown option '--reaso'
  found:    --reaso
  expected: one of --reason, --json, --socket, --version, --help
  do:       did you mean --reason? see: claimd release --help
`,
  ],
  [
    'explain',
    `claimd: missing required argument 'name'
  found:    nothing
  expected: name
  do:       see: claimd explain --help
`,
  ],
  [
    'providers eth0 eth1',
    `claimd: too many arguments
  found:    eth0 eth1
  expected: none
  do:       see: claimd providers --help
`,
  ],
  [
    'adapter eth0 eth1',
    `claimd: too many arguments
  found:    eth1
  expected: 1 only
  do:       see: claimd adapter --help
`,
  ],
  [
    'release eth0',
    `claimd: required option '--reason <text>' not specified
  found:    nothing
  expected: --reason <text>
  do:       see: claimd release --help
`,
  ],
  [
    'release eth0 --reason',
    `claimd: option '--reason <text>' argument missing
  found:    nothing
  expected: --reason <text>
  do:       see: claimd release --help
`,
  ],
  [
    'release eth0 --reason=',
    `claimd: --reason says nothing
  found:    an empty text
  expected: a reason in words
  do:       see: claimd release --help
`,
  ],
  [
    'monitor --since yesterday',
    `claimd: option '--since <revision>' argument 'yesterday' is invalid
  found:    yesterday
  expected: a revision, which is a whole number from 0
  do:       see: claimd monitor --help
`,
  ],
  [
    'monitor --coalesce 0.5',
    `claimd: option '--coalesce <ms>' argument '0.5' is invalid
  found:    0.5
  expected: milliseconds, which is a whole number from 1 to 60000
  do:       see: claimd monitor --help
`,
  ],
  [
    'disconnect',
    `claimd: disconnect needs to know what
  found:    no name
  expected: a connection, or --all
  do:       see: claimd connections
`,
  ],
  [
    'disconnect eth0 --all',
    `claimd: disconnect takes a name or --all
  found:    eth0 and --all
  expected: one of the two
  do:       see: claimd disconnect --help
`,
  ],
  [
    'plugin new x --typescript --javascript',
    `claimd: a plugin is in one language
  found:    --typescript and --javascript
  expected: one of the two
  do:       see: claimd plugin new --help
`,
  ],
  [
    'log',
    `claimd: unknown command 'log'
  found:    log
  expected: one of run, replay, status, adapters, adapter, connections, providers, plugins, explain, journal, monitor, offer, release, connect, hold, disconnect, connection, plugin, config, doctor, help
  do:       did you mean claimd monitor --since 0 or claimd plugin log? see: claimd --help
`,
  ],
  [
    'install x.tgz',
    `claimd: unknown command 'install'
  found:    install
  expected: one of run, replay, status, adapters, adapter, connections, providers, plugins, explain, journal, monitor, offer, release, connect, hold, disconnect, connection, plugin, config, doctor, help
  do:       did you mean claimd plugin install? see: claimd --help
`,
  ],
  [
    '--socket= adapters',
    `claimd: --socket names no path
  found:    an empty text
  expected: a path
  do:       see: claimd adapters --help
`,
  ],
  [
    'help nosuch',
    `claimd: unknown command 'nosuch'
  found:    nosuch
  expected: one of run, replay, status, adapters, adapter, connections, providers, plugins, explain, journal, monitor, offer, release, connect, hold, disconnect, connection, plugin, config, doctor, help
  do:       see: claimd --help
`,
  ],
]

for (const [line, expected] of misuse) {
  test(`misuse is explained and exits 2: ${line}`, async () => {
    const world = await claimd(line)
    assert.is(world.err, expected)
    assert.is(world.out, '')
    assert.is(world.code, 2)
    assert.equal(world.asked, [], 'nothing was asked of the daemon')
  })

  test(`misuse is one document with --json: ${line}`, async () => {
    const world = await claimd(`--json ${line}`)
    const document = JSON.parse(world.out)
    assert.equal(Object.keys(document), ['result', 'code', 'message', 'found', 'expected', 'remedy'])
    assert.is(document.code, 'USAGE')
    assert.is(world.err, expected, 'people find it on standard error')
    assert.is(world.code, 2)
  })
}

const failing = (error: unknown): Partial<ControlClient> => ({
  adapters: () => Promise.reject(error),
})

test('every code of an error has its exit code, and --json one document', async () => {
  for (const code of Object.keys(errorResults) as ErrorCode[]) {
    const error = claimdError(code, { message: 'it did not work', found: 'a', expected: 'b', remedy: 'c' })
    const people = await claimd('adapters', { client: failing(error) })
    assert.is(people.code, exitCodeOf(code), code)
    assert.is(people.out, '')
    assert.is(people.err, 'claimd: it did not work\n  found:    a\n  expected: b\n  do:       c\n')
    const program = await claimd('adapters --json', { client: failing(error) })
    assert.is(program.code, exitCodeOf(code), code)
    assert.equal(JSON.parse(program.out), error.document)
  }
})

test('a code that this version does not know exits 1', async () => {
  const error = new ClaimdError({
    result: 'UNEXPECTED',
    code: 'FROM_THE_FUTURE',
    message: 'something new',
    found: null,
    expected: null,
    remedy: null,
  })
  const world = await claimd('adapters', { client: failing(error) })
  assert.is(world.err, 'claimd: something new\n')
  assert.is(world.code, 1)
})

test('what nobody expected is an internal error, in the same shape', async () => {
  for (const thrown of [new TypeError('x is not a function'), 'a text', null]) {
    const world = await claimd('adapters --json', { client: failing(thrown) })
    assert.is(JSON.parse(world.out).code, 'INTERNAL')
    assert.is(world.code, 1)
  }
})

test('whatever stands on the line, the outcome is one document, and nothing acts on the terminal', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      'adapters',
      'adapter',
      'explain',
      'disconnect',
      '--all',
      '--socket',
      '--',
      '-h',
      '--since',
    ),
    fc.string({ unit: 'binary' }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 4 }), async (words) => {
      const world = await claimd(['--json', ...words.filter((one) => one !== 'run')], {
        client: {
          events: async function* () {},
          disconnectAll: async () => ({ disconnected: [], refused: [], failed: [] }),
        },
      })
      assert.type(JSON.parse(world.out), 'object')
      assert.not.match(world.err.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
      assert.ok(world.code === 0 || world.err.startsWith('claimd: '), JSON.stringify(world.err))
    }),
  )
})

test('a daemon that runs and does not answer is named in every failure to reach it', async () => {
  const status = () =>
    Promise.reject(claimdError('DAEMON_UNREACHABLE', { message: 'No daemon listens', remedy: 'claimd run' }))
  const found = { pid: 42, state: '/var/lib/claimd', listensIn: ['/run'] }
  const { code, out } = await claimd('status --json', { client: { status }, found })
  const error = JSON.parse(out)
  assert.is(code, 8)
  assert.match(error.message, 'process 42 is a claimd with the state folder /var/lib/claimd')
  assert.match(error.remedy, 'puts its socket back')
  assert.not.match(error.remedy, 'claimd run', 'a second one would be refused')
  assert.is(
    JSON.parse((await claimd('status --json', { client: { status } })).out).message,
    'No daemon listens',
  )
})

test('a user who may not ask root’s daemon is told that everybody may have one, unless the socket was named', async () => {
  const cause = Object.assign(new Error('connect EACCES'), { code: 'EACCES', syscall: 'connect' })
  const status = () => Promise.reject(claimdError('NOT_PERMITTED', { message: 'You may not' }, { cause }))
  const listening = { socket: '/run/claimd/claimd.sock', other: null }
  const own = 'start a daemon of your own: claimd run'
  const client = { status }
  assert.match((await claimd('status', { client, listening })).err, own)
  assert.match((await claimd('doctor', { client, listening })).out, own)
  const named = await claimd(['status', '--socket', listening.socket], { client })
  assert.equal([named.code, named.err.includes('of your own')], [7, false])
  const refused = () =>
    Promise.reject(claimdError('NOT_PERMITTED', { message: 'not you', remedy: 'ask root' }))
  const { err } = await claimd('status', { client: { status: refused }, listening })
  assert.not.match(err, 'of your own', 'the daemon itself refuses')
})

test("a command asks the daemon that is found, and names root's where both listen", async () => {
  const other = '/run/claimd/claimd.sock'
  const alone = await claimd('adapters', { listening: { socket: other, other: null } })
  assert.equal([alone.dialled, alone.err], [[other], ''])
  const both = await claimd('status --json', { listening: { socket: '/run/user/7/own.sock', other } })
  assert.equal(both.dialled, ['/run/user/7/own.sock'])
  assert.match(both.err, "note: your own daemon, on /run/user/7/own.sock, was asked; root's listens as well")
  assert.match(both.err, `--socket ${other}`)
  assert.ok(JSON.parse(both.out), 'standard output is one document')
  const named = await claimd('adapters --socket /named', { listening: { socket: '/own', other } })
  assert.equal([named.dialled, named.err], [['/named'], ''])
})

test('help of a command does not tell one to see what one sees', async () => {
  for (const name of ['plugin', 'config']) {
    const { out } = await claimd(`${name} --help`)
    assert.match(out, `Usage: claimd ${name}`)
    assert.not.match(out, `see: claimd ${name} --help`)
    assert.match((await claimd('--help')).out.replace(/\s+/g, ' '), `see: claimd ${name} --help`)
  }
})

test('an invalid parameter of the request is told as the option or argument that was typed', async () => {
  const lines = [
    ['adapters --state claimd', 'state', "option '--state <states>' is invalid"],
    ['adapters a,,b', 'name', "argument 'pattern' is invalid"],
    ['monitor --type claimd', 'type', "option '--type <types>' is invalid"],
    ['release eth0 --reason x', 'reason', "option '--reason <text>' is invalid"],
    ['explain x', 'id', "argument 'name' is invalid"],
    ['plugin reload x', 'name', "argument 'name' is invalid"],
    ['status', 'other', "'other' in the query is invalid"],
  ] as const
  for (const [line, parameter, message] of lines) {
    const invalid = claimdError('USAGE', {
      message: `'${parameter}' in the query is invalid`,
      found: '"claimd"',
      parameter,
    })
    const reject = () => Promise.reject(invalid)
    const client = {
      status: reject,
      adapters: reject,
      explain: reject,
      release: reject,
      reloadPlugin: reject,
      // biome-ignore lint/correctness/useYield: it fails before the first event
      events: async function* () {
        throw invalid
      },
    }
    const world = await claimd(line, { client })
    const help = line.startsWith('plugin') ? 'plugin reload' : line.split(' ')[0]
    assert.is(world.err, `claimd: ${message}\n  found: "claimd"\n  do:    see: claimd ${help} --help\n`, line)
    assert.is(world.code, 2)
  }
})

test.run()
