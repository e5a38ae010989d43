import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { main } from '../../../host/cli/program.js'
import { claimdError } from '../../../host/core/errors.js'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { FakeDaemon } from './fake-daemon.js'
import { claimd, type FakeWorld, fakeWorld } from './fake-world.js'

const test = suite('cli/run')

let folder: string
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-test-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

/** Starts `claimd run` with a daemon in memory; ended by a signal. */
function start(...args: string[]): { world: FakeWorld; daemon: FakeDaemon; ended: Promise<number> } {
  const daemon = new FakeDaemon()
  const world = fakeWorld(['run', ...args], {
    env: { XDG_CONFIG_HOME: '/home/c', XDG_STATE_HOME: '/home/s' },
    startDaemon: async () => daemon,
  })
  return { world, daemon, ended: main(world) }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

async function options(...args: string[]) {
  const { world, ended } = start(...args)
  await until(() => world.out !== '')
  world.signals.emit('SIGTERM')
  assert.is(await ended, 0)
  return world.started[0]!
}

test('root does not start a daemon whose environment loads code or writes files for others; other users may', async () => {
  const open = join(folder, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  const link = join(folder, 'link')
  symlinkSync('/usr', link)
  if (process.geteuid!() === 0) lchownSync(link, 54_322, 54_322)
  const code = async (env: NodeJS.ProcessEnv) => {
    const world = Object.assign(fakeWorld(['run', '--json', '--config='], { env }), { uid: 0 })
    assert.is(await main(world), 2)
    // Where nothing is wrong with the environment, the next fault is told.
    const { found } = JSON.parse(world.out)
    return found === 'an empty text' ? null : found
  }
  for (const [name, unsafe, safe] of [
    ['NODE_OPTIONS', '--require /usr/x.js', ''],
    ['NODE_V8_COVERAGE', open, '/usr'],
    ['NODE_PATH', `/usr:${open}`, '/usr:/etc'],
    // Its owner may turn it round.
    ['NODE_PATH', `/usr:${link}`, '/usr'],
    ['NODE_COMPILE_CACHE', 'relative', '/usr'],
    ['NODE_REDIRECT_WARNINGS', '/etc/nothing-there', '/etc/passwd'],
    ['OPENSSL_CONF', join(open, 'x.cnf'), '/etc/passwd'],
    ['OPENSSL_MODULES', open, '/usr'],
    ['OPENSSL_ENGINES', open, '/usr'],
    ['LD_LIBRARY_PATH', '/usr:', '/usr'],
    ['LD_PRELOAD', `libc.so.6 ${join(open, 'x.so')}`, 'libc.so.6'],
    ['LD_AUDIT', 'x/relative.so', ''],
    ['NODE_EXTRA_CA_CERTS', '', open],
  ] as const) {
    if (unsafe !== '') assert.is(await code({ [name]: unsafe }), `${name}=${unsafe}`)
    assert.is(await code({ [name]: safe }), null, `${name}=${safe}`)
  }
  const own = fakeWorld(['run', '--config='], { env: { NODE_OPTIONS: '--x', LD_PRELOAD: open } })
  await main(own)
  assert.match(own.err, '--config names no path')
})

test('no daemon starts with a pool of threads that leaves none for files', async () => {
  const code = async (size: string) => {
    const world = fakeWorld(['run', '--json', '--config='], { env: { UV_THREADPOOL_SIZE: size } })
    await main(world)
    return JSON.parse(world.out).found
  }
  for (const size of ['1', '0', '', 'many', '-3']) assert.is(await code(size), `UV_THREADPOOL_SIZE=${size}`)
  for (const size of ['2', '4', '128']) assert.is(await code(size), 'an empty text')
})

test("without options it is the user's own daemon", async () => {
  assert.equal(await options(), {
    config: '/home/c/claimd/config.json',
    configRequired: false,
    plugins: ['/home/s/claimd/plugins'],
    bundled: true,
    state: '/home/s/claimd',
    socket: '/run/default.sock',
    dev: false,
    inspect: [],
    simulate: null,
    record: null,
  })
})

test('options, with every path made absolute and --plugins adding up', async () => {
  const settings = await options(
    ...['--config', 'c.json', '--state', join(folder, 's'), '--no-bundled', '--socket', './x.sock'],
    ...['--plugins', folder, '--plugins', tmpdir()],
  )
  assert.equal(settings, {
    config: '/home/somebody/c.json',
    configRequired: true,
    plugins: [folder, tmpdir(), join(folder, 's', 'plugins')],
    bundled: false,
    state: join(folder, 's'),
    socket: '/home/somebody/x.sock',
    dev: false,
    inspect: [],
    simulate: null,
    record: null,
  })
})

test('--inspect gives each plugin a port, and is for those who write plugins', async () => {
  const { dev, inspect } = await options(
    '--dev',
    '--inspect',
    '@acme/lab',
    '--inspect',
    'b=1234',
    '--inspect=c',
  )
  assert.is(dev, true)
  assert.equal(inspect, [
    { plugin: '@acme/lab', port: 9229 },
    { plugin: 'b', port: 1234 },
    { plugin: 'c', port: 9231 },
  ])
  for (const bad of ['=1', 'a=0', 'a=65536', 'a=x']) {
    const world = await claimd(['run', '--dev', '--inspect', bad])
    assert.is(world.code, 2, bad)
    assert.match(world.err, 'NAME=PORT')
  }
  const twice = await claimd('run --dev --inspect a=9229 --inspect b=9229')
  assert.is(twice.code, 2)
  const alone = await claimd('run --inspect a')
  assert.is(alone.code, 2)
  assert.match(alone.err, /--inspect needs --dev/)
})

test('a simulation has a state of its own, which is removed at the end', async () => {
  const { world, ended } = start('--simulate', '/tmp/demo.json')
  await until(() => world.out !== '')
  const { state, simulate } = world.started[0]!
  assert.is(simulate, '/tmp/demo.json')
  assert.ok(existsSync(state))
  assert.ok(state.startsWith(tmpdir()))
  world.signals.emit('SIGINT')
  assert.is(await ended, 0)
  assert.not(existsSync(state))
  const kept = await options('--simulate', '/tmp/demo.json', '--state', folder)
  assert.is(kept.state, folder)
  assert.ok(existsSync(folder))
})

test('tells its story and stops at the first signal', async () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const { world, daemon, ended } = start()
    await until(() => world.out !== '')
    assert.not.match(world.out, /NAME/)
    daemon.settle()
    await until(() => daemon.listeners.size > 0)
    assert.match(world.out, /^NAME .*\n(?:.*\n)+why\?/m)
    daemon.announce(documents.event({ revision: 42 }))
    await until(() => world.out.includes('12:29:00+05:30'))
    world.signals.emit('SIGHUP')
    world.signals.emit(signal)
    assert.is(await ended, 0)
    assert.ok(
      world.out.endsWith(
        `${signal}: stopping; once more ends it at once\nstopped; what is up stays up, and claims are kept\n`,
      ),
    )
    assert.is(daemon.stops, 1)
    assert.is(daemon.listeners.size, 0)
    assert.equal(world.signals.eventNames(), [], 'signals have their usual meaning again')
    assert.ok(world.outlives, 'a reader that goes away does not end the daemon')
  }
})

test('a signal that comes while it starts stops it when it has started', async () => {
  let started: (daemon: FakeDaemon) => void = () => {}
  const daemon = new FakeDaemon()
  const world = fakeWorld(['run'], {
    startDaemon: () =>
      new Promise<FakeDaemon>((resolve) => {
        started = resolve
      }),
  })
  const ended = main(world)
  await until(() => world.started.length > 0)
  world.signals.emit('SIGTERM')
  started(daemon)
  assert.is(await ended, 0)
  assert.is(daemon.stops, 1)
})

test('a second signal ends the process at once', async () => {
  const { world, daemon, ended } = start('--simulate', '/tmp/demo.json')
  await until(() => world.out !== '')
  let stopped = () => {}
  const stopping = new Promise<void>((resolve) => {
    stopped = resolve
  })
  daemon.stop = () => stopping
  world.signals.emit('SIGTERM')
  world.signals.emit('SIGINT')
  assert.equal(world.exits, [130])
  assert.not(existsSync(world.started[0]!.state))
  stopped()
  await ended
})

test('an error at the start has its shape and exit code, and leaves nothing behind', async () => {
  const world = fakeWorld(['run', '--simulate', '/tmp/demo.json', '--json'], {
    startDaemon: async () => {
      throw claimdError('SOCKET_IN_USE', { message: 'another daemon listens there', found: 'pid 1' })
    },
  })
  const code = await main(world)
  assert.is(JSON.parse(world.out).code, 'SOCKET_IN_USE')
  assert.is(world.err, 'claimd: another daemon listens there\n  found: pid 1\n')
  assert.is.not(code, 0)
  assert.not(existsSync(world.started[0]!.state))
  assert.equal(world.signals.eventNames(), [])
})

test('a daemon whose first rounds fail is stopped', async () => {
  const { world, daemon, ended } = start()
  Object.assign(daemon, { settled: Promise.reject(new Error('no rounds')) })
  assert.is(await ended, 1)
  assert.is(daemon.stops, 1)
  assert.match(world.err, /no rounds/)
})

test('a --plugins folder that is none is a usage error, before anything starts', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  for (const [path, found] of [
    [join(folder, 'absent'), 'which does not exist'],
    [file, 'which is not a folder'],
  ] as const) {
    const world = fakeWorld(['run', '--plugins', path])
    assert.is(await main(world), 2)
    assert.match(world.err, `${path}, ${found}`)
    assert.equal(world.started, [])
  }
})

test('an empty path is a usage error', async () => {
  for (const flag of ['--state', '--config', '--simulate', '--plugins']) {
    const world = fakeWorld(['run', `${flag}=`])
    assert.is(await main(world), 2)
    assert.match(world.err, `${flag} names no path`)
  }
})

test.run()
