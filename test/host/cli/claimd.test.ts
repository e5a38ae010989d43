import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { FakeControl } from './fake-control.js'

const test = suite('cli/claimd')
const program = fileURLToPath(new URL('../../../host/cli/claimd.js', import.meta.url))
const demo = fileURLToPath(new URL('../../../../samples/simulation/demo.json', import.meta.url))

const adapters = Array.from({ length: 5000 }, (_, at) => documents.adapter({ name: `veth${at}` }))
let control: FakeControl
const children: ChildProcess[] = []

test.before.each(async () => {
  control = new FakeControl({ revision: 1, adapters })
  await control.open()
})
test.after.each(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await control.close()
})

function claimd(...args: string[]) {
  const child = spawn(process.execPath, [program, '--socket', control.socket, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const told = { out: '', err: '' }
  child.stdout.on('data', (text) => {
    told.out += text
  })
  child.stderr.on('data', (text) => {
    told.err += text
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ ...told, code, signal }))
  return { child, told, ended }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('from a folder that no longer exists: commands answer, and a relative path is refused with exit code 2', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-gone-'))
  const gone = (...args: string[]) => {
    // A shell stands in the folder before it is removed; a process cannot be started in one that is gone.
    const script = 'rmdir "$PWD" && exec "$@"'
    const child = spawn('sh', ['-c', script, 'sh', process.execPath, program, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    let out = ''
    child.stdout.on('data', (text) => {
      out += text
    })
    return once(child, 'close').then(([code]) => ({ code, out }))
  }
  const shown = await gone('adapters', '--json', '--socket', control.socket)
  assert.is(shown.code, 0)
  assert.is(JSON.parse(shown.out).adapters.length, 5000)
  mkdirSync(folder)
  const refused = await gone('run', '--json', '--state', 'here', '--socket', '/nowhere/socket')
  assert.is(refused.code, 2)
  assert.is(JSON.parse(refused.out).code, 'USAGE')
  mkdirSync(folder)
  const made = mkdtempSync(join(tmpdir(), 'claimd-made-'))
  const begun = await gone('plugin', 'new', join(made, 'lab'), '--json')
  assert.equal([begun.code, JSON.parse(begun.out).plugin], [0, 'lab'])
  rmSync(made, { recursive: true, force: true })
})

test('a reader that is slow gets the whole document', async () => {
  const { child, ended } = claimd('adapters', '--json')
  child.stdout.pause()
  setTimeout(() => child.stdout.resume(), 300)
  const { out, err, code } = await ended
  assert.is(JSON.parse(out).adapters.length, 5000)
  assert.is(err, '')
  assert.is(code, 0)
})

test('a reader that has seen enough ends it quietly', async () => {
  const { child, ended } = claimd('adapters')
  child.stdout.destroy()
  const { err, code } = await ended
  assert.is(err, '')
  assert.is(code, 0)
})

test('what cannot be written is an error', async () => {
  const child = spawn(process.execPath, [program, '--help'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'ignore'],
  })
  children.push(child)
  assert.equal(await once(child, 'close'), [1, null])
})

test('monitor ends with 8 when the daemon goes away', async () => {
  const { told, ended } = claimd('monitor', '--json')
  await until(() => control.streams.length > 0)
  control.announce(documents.event({ revision: 42 }))
  await until(() => told.out !== '')
  control.hangUp()
  const { out, err, code } = await ended
  const [event, error] = out.split('\n')
  assert.is(JSON.parse(event!).revision, 42)
  assert.is(JSON.parse(error!).code, 'DAEMON_UNREACHABLE')
  assert.match(err, /claimd(?:\.js)? --socket \S+ monitor --since 42/)
  assert.is(code, 8)
})

test('monitor ends by the signal that interrupts it', async () => {
  const { child, told, ended } = claimd('monitor')
  await until(() => control.streams.length > 0)
  control.announce(documents.event({ revision: 42 }))
  await until(() => told.out !== '')
  child.kill('SIGINT')
  const { signal, err } = await ended
  assert.is(signal, 'SIGINT')
  assert.is(err, '')
})

test('monitor ends quietly when its reader does', async () => {
  const { child, ended } = claimd('monitor')
  await until(() => control.streams.length > 0)
  child.stdout.destroy()
  const announcing = setInterval(() => control.announce(documents.event({ revision: 42 })), 20)
  const { code, err } = await ended
  clearInterval(announcing)
  assert.is(err, '')
  assert.is(code, 0)
})

test('SIGUSR1 opens no debugger in any command', async () => {
  const { child, told, ended } = claimd('monitor')
  await until(() => control.streams.length > 0)
  child.kill('SIGUSR1')
  // Node says on standard error where its debugger listens.
  await new Promise((resolve) => setTimeout(resolve, 300))
  child.kill('SIGTERM')
  assert.is((await ended).signal, 'SIGTERM')
  assert.is(told.err, '')
})

test('CLAIMD_SOCKET names the socket, and --socket wins over it', async () => {
  const ask = async (...args: string[]) => {
    const child = spawn(process.execPath, [program, 'adapters', '--json', ...args], {
      env: { ...process.env, CLAIMD_SOCKET: control.socket },
      stdio: 'ignore',
    })
    children.push(child)
    return (await once(child, 'close'))[0]
  }
  assert.is(await ask(), 0)
  assert.is(await ask('--socket', '/nobody/listens/here'), 8)
})

test('the daemon goes on when nobody reads its account any more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-test-'))
  const socket = join(folder, 'run', 'claimd.sock')
  try {
    const { child, told, ended } = claimd('run', '--simulate', demo, '--socket', socket)
    await until(() => told.out.includes('second terminal'))
    child.stdout.destroy()
    const refused = await claimd('disconnect', '--all', '--socket', socket).ended
    assert.is(refused.code, 6)
    const { err } = await claimd('offer', 'lo', '--socket', socket).ended
    assert.match(err, 'is not offered')
    child.kill('SIGTERM')
    assert.is((await ended).code, 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('npm start without a build says how to make one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-test-'))
  try {
    copyFileSync(
      fileURLToPath(new URL('../../../../package.json', import.meta.url)),
      join(folder, 'package.json'),
    )
    const child = spawn('npm', ['start', '--silent'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      told += text
    })
    assert.is((await once(child, 'close'))[0], 1)
    assert.is(told, 'claimd is not built yet: run npm ci, which builds it, and then npm start\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.run()
