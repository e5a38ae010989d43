import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Daemon, Lab } from './lab.js'

const test = suite('system/no-netlink')

const program = fileURLToPath(new URL('./no-netlink.js', import.meta.url))

let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab?.close())

test(
  'where netlink is refused the daemon looks at links again and again, claims them, and says why',
  async () => {
    lab.withNamespace()
    lab.drop('looker', claims('found'))
    lab.link('lab0', '10.0.0.1/24')
    const own = ['--state', lab.state, '--socket', lab.socket, '--plugins', lab.plugins]
    const args = [program, 'run', ...own, '--config', lab.config, '--no-bundled']
    const daemon = new Daemon(spawn('ip', ['netns', 'exec', lab.namespace, process.execPath, ...args]), lab)
    lab.daemons.push(daemon)
    await daemon.answers()

    const status = await lab.get('status')
    assert.is(status.links, 'polling')
    assert.match(status.linksBecause, /cannot be watched: socket: EAFNOSUPPORT/)
    assert.match((await lab.run('status')).stdout, /links: +polling: the kernel's links cannot be watched/)
    const [note] = await lab.events(0, 'links-limited')
    assert.match(String(note?.message), /links come by polling: .*EAFNOSUPPORT/)

    await lab.settles('lab0', 'claimed', 'looker/p')
    await lab.assertRefused('found', 'lab0')
    lab.ip('addr add 10.0.0.2/24 dev lab0')
    lab.ip('link del lab0')
    lab.link('lab1')
    await lab.settles('lab1', 'claimed', 'looker/p')

    // Another source, the same links: the claim is found again.
    await daemon.kill('SIGKILL')
    await lab.start()
    assert.is((await lab.get('status')).links, 'netlink')
    const row = await lab.settles('lab1', 'claimed', 'looker/p')
    assert.is(row.connection, 'found')
    assert.equal((await lab.explain('lab1')).rounds.length, 1)
  },
  { timeout: 60_000 },
)

test.run()
