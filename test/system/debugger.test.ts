import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { PluginDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Lab } from './lab.js'

const test = suite('system/debugger', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

/** The inodes of the TCP sockets that listen in the process's network namespace and are its own. */
function listening(pid: number): string[] {
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1)
  const listens = rows.map((row) => row.trim().split(/\s+/)).filter((fields) => fields[3] === '0A')
  const own = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`)
    } catch {
      return ''
    }
  })
  return listens.map((fields) => `socket:[${fields[9]}]`).filter((socket) => own.includes(socket))
}

test('SIGUSR1 opens no debugger, in the daemon or in a plugin', async () => {
  lab.drop('p', claims('c'))
  const daemon = lab.simulate([...lab.simulation({ links: [{ name: 'lab0' }] }), '--plugins', lab.plugins])
  await daemon.answers()
  await lab.settles('lab0', 'claimed', 'p/p')
  const plugin = (await lab.get('plugins/p')) as PluginDocument
  for (const pid of [daemon.pid, plugin.pid!]) {
    process.kill(pid, 'SIGUSR1')
    // Answered after the signal was: the loop of each has turned.
    assert.is((await lab.run('offer', 'lab0')).code, 6)
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(listening(pid), [], `process ${pid} listens`)
  }
  assert.is(((await lab.get('plugins/p')) as PluginDocument).pid, plugin.pid)
})

test.run()
