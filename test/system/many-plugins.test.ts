import { readdirSync, readFileSync } from 'node:fs'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Lab, until } from './lab.js'

const test = suite('system/many-plugins', { timeout: 100_000 })
const count = 200

let lab: Lab

test.before(() => {
  lab = new Lab().withNamespace()
})
test.after(() => lab.close())

/** Rules of the plugins that fit, each another link by another means; the others' rules fit nothing here. */
const fitting: readonly object[] = [
  { name: 'many-a*' },
  { kind: 'ifb', name: 'many-b*' },
  { kind: 'bridge', name: '*' },
  { address: '02:00:00:00:0d:*' },
]
const links = [
  'many-a0 type ifb',
  'many-b0 type ifb',
  'many-c0 type bridge',
  'many-d0 address 02:00:00:00:0d:01 type ifb',
]
const strange: readonly object[] = [
  { name: 'other*' },
  { kind: 'wireguard' },
  { driver: 'iwlwifi' },
  { name: 'many-a*', kind: 'vlan' },
  { vendor: '8086', product: '15b8' },
]

/** Processes whose parent is the daemon: the jail's programs become the plugin. */
function childrenOf(pid: number): number[] {
  const parent = (child: string) => {
    try {
      return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1])
    } catch {
      // It has ended.
      return 0
    }
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((child) => parent(child) === pid).map(Number)
}

test(`of ${count} plugins that are dropped in, only those whose rules fit have a process`, async () => {
  for (const link of links) {
    lab.ip(`link add ${link}`)
    lab.ip(`link set ${link.split(' ')[0]} up`)
  }
  const daemon = await lab.start()
  const client = new Client({ socket: lab.socket })
  const step = count / fitting.length
  const names = Array.from({ length: count }, (_, number) => `plugin${number}`)
  const fits = new Set(fitting.map((_, number) => `plugin${number * step}`))
  for (const [number, name] of names.entries()) {
    const rule = fits.has(name) ? fitting[number / step]! : strange[number % strange.length]!
    lab.drop(name, claims(name), { match: [rule] })
  }
  const rows = await until(
    async () => {
      const [{ plugins }, { adapters }] = await Promise.all([client.plugins(), client.status()])
      return plugins.length === count && adapters.claimed === fitting.length ? plugins : null
    },
    async () => {
      const { plugins } = await client.plugins()
      return JSON.stringify(plugins.filter(({ state }) => state !== 'idle'))
    },
    40_000,
  )
  const running = rows.filter(({ pid }) => pid !== null)
  assert.equal(new Set(running.map(({ name }) => name)), fits)
  assert.equal(new Set(childrenOf(daemon.pid)), new Set(running.map(({ pid }) => pid)))
  for (const { name, state } of rows) {
    assert.is(state, fits.has(name) ? 'running' : 'idle', name)
    // It tells in its data folder that it was started.
    assert.is(lab.calls(name).length > 0, fits.has(name), name)
  }
  for (const [number, link] of links.entries()) {
    const row = await client.adapter(link.split(' ')[0]!)
    assert.is(row.provider, `plugin${number * step}/p`)
  }
})

test.run()
