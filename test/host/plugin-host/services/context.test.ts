import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeContext } from '@claimd/sdk/testing'
import * as assert from 'uvu/assert'
import { skip, suite } from '../../../harness.js'
import { wrongCalls } from '../../../sdk/services/wrong-calls.js'
import { adapter, lives, until } from '../support.js'
import { BusLab, testInterface } from './dbus/bus-lab.js'
import { AskingLab } from './support.js'

const test = suite('plugin-host/services/context', { timeout: 30_000 })

const service = 'org.claimd.TestService'
let folder: string
let bus: BusLab
let lab: AskingLab
let program: string

/** A real plugin in its jail, as far as that stands here, and all that it may ask for. */
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimd-context-'))
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'files'))
  await writeFile(join(folder, 'files', 'a.lease'), 'lease ä')
  program = join(folder, 'program')
  await writeFile(
    program,
    `#!/bin/sh
case $1 in
  facts) echo "$(id -u) $2 $(pwd)"; cat ;;
  waits) echo ready; while read -r line; do echo "got $line"; done; echo over; exit 4 ;;
  sleeps) exec sleep 1000 ;;
esac
`,
    { mode: 0o755 },
  )
  bus = new BusLab()
  if (BusLab.isThere) {
    await bus.start()
    process.env.DBUS_SYSTEM_BUS_ADDRESS = `unix:path=${bus.path}`
  }
  const configured = { configured: 'program' }
  lab = await AskingLab.start(
    {},
    {
      read: [join(folder, 'files', '*.lease')],
      exec: [
        { program: configured, args: ['facts', '{adapter}'] },
        { program: configured, args: ['waits'] },
        { program: configured, args: ['sleeps'] },
      ],
      dbus: [{ name: service, call: [`${testInterface}.Get`], signals: [`${testInterface}.Changed`] }],
    },
    { jailed: true },
  )
  // No plugin is granted a program in /tmp; an operator may name one.
  lab.lab.host.setConnections([{ name: 'office', type: 'lab', config: { program } }])
  lab.lab.held = [
    { provider: 'asks/main', adapter: adapter('held0', 7), connection: 'held0', evidence: null, fence: 1 },
  ]
})
test.after(async () => {
  await lab.end()
  await bus.end()
  await rm(folder, { recursive: true })
})

const run = (mode: string, ...args: string[]) =>
  `context.exec.run(${JSON.stringify(program)}, ${JSON.stringify([mode, ...args])}`

test('files are read, listed and watched', async () => {
  const path = (name: string) => join(folder, 'files', name)
  const glob = JSON.stringify(path('*.lease'))
  assert.equal(
    await lab.run(`
      const bytes = await context.read.bytes(${JSON.stringify(path('a.lease'))})
      return [await context.read.file(${JSON.stringify(path('a.lease'))}), bytes.length, await context.read.list(${glob})]`),
    ['lease ä', 8, [path('a.lease')]],
  )
  const { code } = await lab.fails(`await context.read.file('/etc/passwd')`)
  assert.is(code, 'NOT_ALLOWED')
  await lab.run(`things.changes = 0; things.watch = context.read.watch(${glob}, () => { things.changes++ })
    context.read.watch('/etc/*', () => {})`)
  await until(() => lab.lab.log('asks').some((line) => line.includes('watch: Error: plugin asks may not')))
  await until(() => lab.run('return things.changes === 1'))
  await writeFile(path('b.lease'), 'b')
  await until(() => lab.run('return things.changes === 2'))
  await lab.run('things.watch.dispose(); things.watch.dispose(); things.changes = 0')
  await lab.run(`context.read.watch(${glob}, () => { things.seen = (things.seen ?? 0) + 1 })`)
  await until(() => lab.run('return things.seen === 1'))
  await writeFile(path('b.lease'), 'again')
  await until(() => lab.run('return things.seen === 2'))
  assert.is(await lab.run('return things.changes'), 0)
})

test('a program is run as the user of the plugin, in its data folder, for an adapter that it holds', async () => {
  const { code, stdout } = await lab.run<{ code: number; stdout: string }>(
    `return ${run('facts', 'held0')}, { input: 'in' })`,
  )
  assert.is(code, 0)
  const [uid, name, data] = stdout.split(/\s+/)
  assert.is(name, 'held0')
  const storage = await lab.run<string>('return context.storage.folder')
  assert.equal([data, stdout.endsWith('\nin')], [storage, true])
  assert.is(Number(uid), (await stat(storage)).uid)
  if (process.getuid!() === 0) assert.ok(Number(uid) > 0)
  assert.is((await lab.fails(`await ${run('facts', 'other0')})`)).code, 'NOT_ALLOWED')
})

test('a run ends when it is aborted, with the reason of that', async () => {
  const error = await lab.fails(`
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('changed my mind')), 50)
    await ${run('sleeps')}, { signal: abort.signal })`)
  assert.is(error.message, 'changed my mind')
  const started = lab.lab.children.filter(({ running }) => running)
  await until(async () => !(await lives(started.at(-1)!.pid)))
})

test('a program that was started is heard and talked to', async () => {
  const told = await lab.run<string[]>(`
    const told = []
    const ended = new Promise((resolve) => { things.ended = resolve })
    const program = await context.exec.start(${JSON.stringify(program)}, ['waits'], {
      onOutput: (text, stream) => told.push(stream + ' ' + text),
      onExit: (end) => { told.push(JSON.stringify(end)); things.ended() },
    })
    const before = told.length
    await program.write('one\\n')
    await program.end()
    await ended
    const late = await program.write('x').then(() => 'written', (error) => error.code)
    return [before, told.at(-1), told.slice(0, -1).map((one) => one.replace(/^stdout /, '')).join(''), late]`)
  assert.equal(told, [0, '{"code":4,"signal":null}', 'ready\ngot one\nover\n', 'PROGRAM_UNUSABLE'])
  assert.equal(
    await lab.run(`
      const end = await new Promise((resolve, reject) => {
        const started = context.exec.start(${JSON.stringify(program)}, ['waits'], {
          onOutput: () => started.then((program) => program.kill()).catch(reject),
          onExit: resolve,
        })
      })
      return end`),
    { code: null, signal: 'SIGTERM' },
  )
})

test('the system bus is called and heard', async () => {
  if (!BusLab.isThere) skip('needs dbus-daemon')
  const own = await bus.service(service)
  own.method('/a', 'Get', 'x', () => '9007199254740993')
  const object = `name: '${service}', path: '/a', interface: '${testInterface}'`
  assert.equal(await lab.run(`return context.dbus.call({ ${object}, member: 'Get' })`), ['9007199254740993'])
  assert.is((await lab.fails(`await context.dbus.call({ ${object}, member: 'Set' })`)).code, 'NOT_ALLOWED')
  await lab.run(`things.heard = []
    things.hearing = await context.dbus.subscribe({ ${object}, member: 'Changed' }, (signal) => things.heard.push(signal))`)
  own.signal('/a', 'Changed', 's', ['news'])
  await until(() => lab.run('return things.heard.length > 0'))
  assert.equal(await lab.run('return things.heard'), [
    { path: '/a', interface: testInterface, member: 'Changed', args: ['news'] },
  ])
  await lab.run('things.hearing.dispose()')
})

test('wrong arguments are told of as FakeContext tells of them', async () => {
  const { context } = new FakeContext({ exec: [{ program: '/bin/cat', args: [] }] })
  const fakeProgram = await context.exec.start('/bin/cat', [])
  await lab.run(`things.program = await context.exec.start(${JSON.stringify(program)}, ['waits'])`)
  for (const { call } of wrongCalls) {
    const fake = await (async () =>
      new Function('context', 'program', `return ${call}`)(context, fakeProgram))().then(
      () => assert.unreachable(call),
      ({ code, message, found, expected, remedy }) => ({ code, message, found, expected, remedy }),
    )
    const { stack, ...told } = await lab.fails(`const { program } = things; await ${call}`)
    assert.equal(told, fake, call)
    assert.match(stack, told.message, call)
  }
  assert.equal(
    lab.refusals().filter(({ message }) => message.includes('uname')),
    [],
  )
  await lab.run('await things.program.kill()')
})

test('what a plugin has started ends with its process', async () => {
  const pid = await lab.run<number>(
    `return (await context.exec.start(${JSON.stringify(program)}, ['sleeps'])).pid`,
  )
  assert.match(await readFile(`/proc/${pid}/cmdline`, 'utf8'), program)
  await lab.lab.ask('asks', 'process.exit(1)')
  await until(async () => !(await lives(pid)))
  await until(() => lab.lab.children.some((child) => child.pid === pid && !child.running))
})

test.run()
