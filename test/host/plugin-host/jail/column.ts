/** A host of its own that makes the attempts behind the walls that its arguments name, and prints how they went. */
import { createSocket } from 'node:dgram'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Jail } from '../../../../host/plugin-host/jail/jail.js'
import { type WallName, wallNames } from '../../../../host/plugin-host/jail/wall.js'
import { type AttemptName, attempts, spoiling } from './attempts.js'
import type { Facts } from './facts.js'
import { launchObedient, MemoryRecords, makeState } from './jail-lab.js'
import type { Outcome } from './obedient.js'

const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const built = new Set(process.argv.slice(2) as WallName[])
const without = wallNames.filter((wall) => !built.has(wall))

process.umask(0o022)
const state = makeState()
// Where nothing is hidden, plugins' users have to come through.
chmodSync(state.folder, 0o711)
const outside = mkdtempSync('/tmp/claimd-outside-')
const jail = await Jail.open({ stage: state.stage, data: state.data, records: new MemoryRecords(), without })

const listening: { close(): void }[] = []
const other = launchObedient(jail, state, 'other')
writeFileSync(join(state.dataOf('other'), 'secret'), 'secret')
const facts = await makeTargets()

const outcomes: Record<string, Outcome> = {}
let attacker = launchObedient(jail, state, 'attacker')
for (const [name, attempt] of Object.entries(attempts)) {
  outcomes[name] = await attacker.try(attempt, facts)
  if (/hangs|ended/.test(outcomes[name]) || spoiling.has(name as AttemptName)) {
    await attacker.end()
    attacker = launchObedient(jail, state, 'attacker')
  }
}
outcomes['the other plugin lives'] = await other.try(() => 0, facts)
await Promise.all([attacker.end(), other.end()])
for (const one of listening) one.close()
jail.close()
rmSync(outside, { recursive: true })
rmSync(state.folder, { recursive: true })
console.log(JSON.stringify({ outcomes, walls: jail.walls({ network: false }) }))

async function makeTargets(): Promise<Facts> {
  chmodSync(outside, 0o777)
  for (const name of ['secret', 'code.cjs', 'code.mjs', 'env']) writeFileSync(join(outside, name), '')
  const [libsql] = readdirSync(join(root, 'node_modules/@libsql')).filter((name) => name.startsWith('linux-'))
  cpSync(join(root, 'node_modules/@libsql', libsql!, 'index.node'), join(outside, 'addon.node'))
  const link = join(state.dataOf('attacker'), 'link')
  mkdirSync(state.dataOf('attacker'), { mode: 0o700 })
  symlinkSync(join(outside, 'secret'), link)
  const udp = createSocket('udp4')
  await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done))
  listening.push(udp)
  const tcp = await listen({ port: 0, host: '127.0.0.1' })
  const sockets = {
    abstract: `\0claimd-test-${process.pid}`,
    run: `/run/claimd-test-${process.pid}`,
    tmp: join(outside, 'socket'),
    usr: `/usr/local/share/claimd-test-${process.pid}`,
  }
  for (const path of Object.values(sockets)) {
    await listen({ path }).catch(() => {})
    if (!path.startsWith('\0')) chmodSync(path, 0o666)
  }
  return {
    host: process.pid,
    other: { pid: other.child.pid!, data: state.dataOf('other'), code: state.codeOf('other') },
    own: {
      data: state.dataOf('attacker'),
      code: state.codeOf('attacker'),
      runner: state.runner,
      link,
    },
    outside,
    tcp: (tcp.address() as { port: number }).port,
    udp: udp.address().port,
    sockets,
  }
}

function listen(where: object): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.on('error', () => {}).end())
    listening.push(server)
    server.on('error', fail).listen(where, () => done(server))
  })
}
