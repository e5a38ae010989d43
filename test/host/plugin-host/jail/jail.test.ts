import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Jail } from '../../../../host/plugin-host/jail/jail.js'
import { outOfMemoryScore, processNice } from '../../../../host/plugin-host/jail/low-priority.js'
import { wallNames } from '../../../../host/plugin-host/jail/wall.js'
import { kernelLimits } from '../../../../host/plugin-host/jail/wrapping.js'
import { skip, suite } from '../../../harness.js'
import { lives, until } from '../support.js'
import type { Facts } from './facts.js'
import { type LabState, launchObedient, MemoryRecords, makeState, request } from './jail-lab.js'
import type { Obedient } from './obedient.js'

const test = suite('plugin-host/jail')
const isRoot = process.getuid?.() === 0
const nothing = {} as Facts
let state: LabState
let jail: Jail
const started: Obedient[] = []

test.before(async () => {
  state = makeState()
  jail = await Jail.open({ stage: state.stage, data: state.data, records: new MemoryRecords() })
})
test.after.each(async () => {
  for (const one of started.splice(0)) await one.end()
})
test.after(() => {
  jail.close()
  rmSync(state.folder, { recursive: true })
})

const launch = (plugin: string, more = {}, from = jail) => {
  const obedient = launchObedient(from, state, plugin, more)
  started.push(obedient)
  return obedient
}
const statusOf = (pid: number, key: string) =>
  new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!.trim()

test('the pid is the plugin’s, the environment is empty, the folder is / and the process group its own', async () => {
  const one = launch('plain')
  const { value } = await one.ask(
    () => ({ pid: process.pid, env: process.env, folder: process.cwd(), arguments: process.argv.length }),
    nothing,
  )
  assert.equal(value, { pid: one.child.pid, env: {}, folder: '/', arguments: 2 })
  const [, group, session] = readFileSync(`/proc/${one.child.pid}/stat`, 'utf8')
    .split(') ')[1]!
    .split(' ')
    .slice(1)
  assert.equal([group, session], [String(one.child.pid), String(one.child.pid)].reverse())
})

test('it has no rights, and cannot get any', async () => {
  if (!isRoot) skip('needs root')
  const one = launch('rights')
  await one.ask(() => 0, nothing)
  const user = jail.userOf('rights')!
  assert.is(statusOf(one.child.pid!, 'Uid'), Array(4).fill(user.uid).join('\t'))
  assert.is(statusOf(one.child.pid!, 'Gid'), Array(4).fill(user.gid).join('\t'))
  assert.is(statusOf(one.child.pid!, 'Groups'), '')
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
    assert.match(statusOf(one.child.pid!, set), /^0+$/, set)
  }
  assert.is(statusOf(one.child.pid!, 'NoNewPrivs'), '1')
})

test('it is limited, comes after the host for the processor, and before it when memory runs out', async () => {
  const one = launch('limits')
  await one.ask(() => 0, nothing)
  const read = (name: string) => readFileSync(`/proc/${one.child.pid}/${name}`, 'utf8')
  const limit = (name: string) =>
    Number(new RegExp(`^Max ${name}\\s+(\\d+)\\s+\\1 `, 'm').exec(read('limits'))![1])
  assert.is(limit('open files'), kernelLimits.nofile)
  assert.is(limit('core file size'), 0)
  assert.is(limit('file size'), kernelLimits.fsize)
  assert.ok(limit('data size') < 1200 * 1024 * 1024)
  for (const task of readdirSync(`/proc/${one.child.pid}/task`)) {
    const stat = read(`task/${task}/stat`).split(') ')[1]!.split(' ')
    assert.is(Number(stat[16]), processNice, `thread ${task}`)
  }
  assert.is(Number(read('oom_score_adj')), outOfMemoryScore)
})

test('each process has a network of its own, and no mount of the jail is seen outside', async () => {
  if (!isRoot) skip('needs root')
  const other = await Jail.open({ stage: state.stage, data: state.data, records: new MemoryRecords() })
  const [one, two] = [launch('one', {}, other), launch('two', {}, other)]
  await Promise.all([one.ask(() => 0, nothing), two.ask(() => 0, nothing)])
  const of = (name: string) =>
    [process.pid, one.child.pid, two.child.pid].map((pid) => readlinkSync(`/proc/${pid}/ns/${name}`))
  assert.is(new Set(of('net')).size, 3)
  assert.is(new Set(of('ipc')).size, 3)
  const [own, first, second] = of('mnt')
  assert.is(first, second)
  assert.is.not(own, first)
  const mounts = (pid: number | string) => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
  for (const what of [state.folder, ' - tmpfs claimd ']) {
    assert.ok(mounts(one.child.pid!).includes(what))
    assert.not.ok(mounts('self').includes(what))
  }
  other.close()
})

test('it sees nothing but programs, settings, its code and its folder, and those as they are now', async () => {
  if (!isRoot) skip('needs root')
  const open = await Jail.open({
    ...{ stage: state.stage, data: state.data, records: new MemoryRecords() },
    without: ['node-permissions'],
  })
  const one = launch('sees', {}, open)
  const look = (path: string) =>
    one.ask(`() => require('node:fs').readdirSync(${JSON.stringify(path)})`, nothing)
  for (const path of ['/run', '/home', '/root', '/var/tmp', '/dev/pts', '/dev/shm', '/sys', '/mnt', '/opt']) {
    const { open, value } = await look(path)
    assert.ok(!open || (value as string[]).length === 0, `${path}: ${value}`)
  }
  const inTmp = [state.folder, process.execPath].filter((path) => path.startsWith('/tmp/'))
  assert.equal(
    new Set((await look('/tmp')).value as string[]),
    new Set(inTmp.map((path) => path.split('/')[2])),
  )
  assert.equal((await look('/dev')).value, ['full', 'null', 'random', 'urandom', 'zero'])
  // It was made after the process was started.
  assert.equal((await look(state.codeOf('sees'))).value, ['index.js'])
  mkdirSync(join(state.copiesOf('sees'), 'later'))
  assert.ok(((await look(state.copiesOf('sees'))).value as string[]).includes('later'))
  open.close()
})

test('no descriptor of the host is open in it', async () => {
  const file = openSync('/etc/passwd', 'r')
  const server = createServer().listen(0)
  const open = await Jail.open({
    ...{ stage: state.stage, data: state.data, records: new MemoryRecords() },
    without: ['node-permissions'],
  })
  const one = launch('descriptors', {}, open)
  const { value } = await one.ask((_, { require }) => {
    const { readdirSync, readlinkSync } = require('node:fs')
    return readdirSync('/proc/self/fd').flatMap((name: string) => {
      try {
        return [[Number(name), readlinkSync(`/proc/self/fd/${name}`)]]
      } catch {
        // The one with which it lists.
        return []
      }
    })
  }, nothing)
  const others = (value as [number, string][]).filter(([, target]) => !/^anon_inode:|^pipe:/.test(target))
  const sockets = others.filter(([, target]) => target.startsWith('socket:'))
  assert.equal(
    sockets.map(([descriptor]) => descriptor),
    [1, 2, 3],
  )
  // Node opens /dev/null for itself, too.
  assert.equal(
    [...new Set(others.filter((one) => !sockets.includes(one)).map(([, target]) => target))],
    ['/dev/null'],
  )
  server.close()
  closeSync(file)
  open.close()
})

test('a folder whose name begins like its own is not open to it', async () => {
  mkdirSync(`${state.dataOf('plugin')}-secret`, { recursive: true })
  mkdirSync(`${state.copiesOf('plugin')}-secret`, { recursive: true })
  const one = launch('plugin')
  for (const folder of [state.dataOf('plugin'), state.copiesOf('plugin')]) {
    const outcome = await one.try(`() => require('node:fs').readdirSync('${folder}-secret')`, nothing)
    assert.is(outcome, 'ERR_ACCESS_DENIED')
    assert.is(await one.try(`() => require('node:fs').readdirSync('${folder}/')`, nothing), 'open')
  }
})

test('what it writes is kept in its folder, which is nobody else’s', async () => {
  const write: (text: string) => string = (text) =>
    `() => require('node:fs').writeFileSync(${JSON.stringify(join(state.dataOf('writes'), 'kept'))}, '${text}')`
  assert.is(await launch('writes').try(write('first'), nothing), 'open')
  assert.is(await launch('writes').try(write('second'), nothing), 'open')
  assert.is(readFileSync(join(state.dataOf('writes'), 'kept'), 'utf8'), 'second')
  assert.is(statSync(state.dataOf('writes')).mode & 0o777, 0o700)
})

test('a state folder behind a link serves as well', async () => {
  symlinkSync(state.folder, `${state.folder}-link`)
  const through = (path: string) => path.replace(state.folder, `${state.folder}-link`)
  const other = await Jail.open({
    ...{ stage: through(state.stage), data: through(state.data), records: new MemoryRecords() },
  })
  const { runner, readable, data } = request(state, 'linked')
  const linked = { runner: through(runner), readable: readable.map(through), data: through(data!) }
  const one = launch('linked', linked, other)
  const list = `() => require('node:fs').readdirSync(${JSON.stringify(state.codeOf('linked'))})`
  assert.equal((await one.ask(list, nothing)).value, ['index.js'])
  other.close()
  rmSync(`${state.folder}-link`)
})

test('a state folder that Node’s permissions cannot name is not granted by halves', async () => {
  const [stage, data] = [join(state.folder, '*', 'stage'), join(state.folder, '*', 'data')]
  const other = await Jail.open({ stage, data, records: new MemoryRecords() })
  const wall = other.walls({ network: false }).find(({ wall }) => wall === 'node-permissions')!
  assert.not.ok(wall.stands)
  assert.match(wall.because, /^the state folder has a \* in its path, .*: a plugin can read and write/)
  other.close()
})

test('a jail without walls says so, and the plugin runs', async () => {
  const none = Jail.withoutWalls()
  assert.is(none.userOf('bare'), null)
  const one = launch('bare', {}, none)
  assert.is(await one.try((_, { require }) => require('node:fs').readdirSync('/'), nothing), 'open')
  const walls = none.walls({ network: false })
  assert.equal(
    walls.map(({ wall }) => wall),
    [...wallNames],
  )
  for (const { wall, stands, because } of walls) {
    assert.is(stands, wall === 'dies-with-host')
    if (!stands) assert.match(because, /^this host builds no walls: ./)
  }
})

test('what is prepared can be given back while plugins run', async () => {
  const other = await Jail.open({ stage: state.stage, data: state.data, records: new MemoryRecords() })
  const one = launch('stays', {}, other)
  await one.ask(() => 0, nothing)
  other.close()
  assert.is(await one.try(() => 0, nothing), 'open')
  one.child.stdio[3]!.destroy()
  // Its loop turns, so it ends when it sees that.
  await until(async () => !(await lives(one.child.pid!)))
})

test.run()
