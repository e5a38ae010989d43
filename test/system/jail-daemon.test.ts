import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { pluginUserRange } from '../../host/plugin-host/jail/plugin-users.js'
import { suite } from '../harness.js'
import { lives, until as untilTrue } from '../host/plugin-host/support.js'
import { claims, Lab, until } from './lab.js'

const test = suite('system/jail, in a daemon', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

const read = (pid: number, name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8')
const field = (pid: number, name: string) =>
  new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(read(pid, 'status'))![1]!.trim()
const targets = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`))

/** The plugin's own pid, as it is called outside. */
async function started(plugin: string): Promise<number> {
  return until(
    async () => lab.calls(plugin).length > 0 && (lab.pid(plugin) || null),
    () => `${plugin} was not started`,
  )
}

test('plugins run as users of their own, without rights, network or descriptors of the daemon', async () => {
  for (const name of ['a', 'b']) lab.drop(name, claims(name), { match: [{ name: `lab-${name}` }] })
  for (const name of ['a', 'b']) lab.link(`lab-${name}`, '10.9.0.1/24')
  const daemon = await lab.start()
  const pids = [await started('a'), await started('b')]
  for (const [index, pid] of pids.entries()) {
    const [uid] = field(pid, 'Uid').split('\t').map(Number)
    assert.ok(uid! >= pluginUserRange.first && uid! <= pluginUserRange.last, String(uid))
    assert.is(statSync(join(lab.state, 'data', 'ab'[index]!)).uid, uid)
    assert.match(field(pid, 'CapBnd'), /^0+$/)
    assert.is(field(pid, 'NoNewPrivs'), '1')
    assert.is(read(pid, 'environ'), '')
    for (const kind of ['net', 'mnt', 'ipc']) {
      assert.is.not(readlinkSync(`/proc/${pid}/ns/${kind}`), readlinkSync(`/proc/${daemon.pid}/ns/${kind}`))
    }
    const held = targets(pid)
    assert.ok(
      held.every((target) => /^(socket|pipe|anon_inode):|^\/dev\/null$/.test(target)),
      held.join('\n'),
    )
    // Of sockets: its output, its errors and the channel.
    assert.is(held.filter((target) => target.startsWith('socket:')).length, 3, held.join('\n'))
    const shared = held.filter(
      (target) => target.startsWith('socket:') && targets(daemon.pid).includes(target),
    )
    assert.equal(shared, [])
  }
  assert.is.not(field(pids[0]!, 'Uid'), field(pids[1]!, 'Uid'))
  assert.is.not(readlinkSync(`/proc/${pids[0]}/ns/net`), readlinkSync(`/proc/${pids[1]}/ns/net`))
})

test('a plugin has the same user and its data after a restart', async () => {
  lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  const first = await lab.start()
  await lab.settles('lab0', 'claimed')
  const uid = field(await started('a'), 'Uid')
  await first.kill('SIGKILL')
  const starts = () => lab.calls('a').filter((line) => line.startsWith('start '))
  assert.is(starts().length, 1)
  await lab.start()
  await until(
    async () => starts().length === 2,
    () => lab.calls('a').join('\n'),
  )
  assert.is(field(Number(starts()[1]!.split(' ')[1]), 'Uid'), uid)
})

test('a plugin that spins ends with a daemon that is killed', async () => {
  const folder = lab.drop('spins', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  const code = join(folder, 'index.js')
  writeFileSync(
    code,
    readFileSync(code, 'utf8').replace('export function activate', 'for (;;);\nexport function activate'),
  )
  const daemon = await lab.start()
  const pid = await started('spins')
  await daemon.kill('SIGKILL')
  await untilTrue(async () => !(await lives(pid)))
})

test.run()
