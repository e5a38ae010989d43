import { type ChildProcess, spawn } from 'node:child_process'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claimd, Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/hold', { timeout: 90_000 })

/** `claimd hold office`, with a command that runs until it is ended. */
class Holder {
  readonly process: ChildProcess
  out = ''
  err = ''
  readonly ended: Promise<number | null>

  constructor(lab: Lab) {
    const hold = [
      claimd,
      '--socket',
      lab.socket,
      'hold',
      'office',
      '--',
      'sh',
      '-c',
      'echo $$; exec sleep 600',
    ]
    this.process = spawn(process.execPath, hold, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.process.stdout!.on('data', (text) => {
      this.out += text
    })
    this.process.stderr!.on('data', (text) => {
      this.err += text
    })
    this.ended = new Promise((resolve) => this.process.once('exit', resolve))
  }

  /** Its command runs. */
  async runs(): Promise<void> {
    await until(
      async () => this.out.includes('\n'),
      () => `it does not run: ${this.err}`,
    )
  }

  /** Ends the command. */
  endCommand(): void {
    process.kill(Number(this.out), 'SIGTERM')
  }
}

test('SC-48 CM-27: a connection is held while a command runs, and shared by one that does the same', async () => {
  const lab = new Lab().withNamespace()
  try {
    lab.ip('link add lab0 type veth peer name p-lab0')
    lab.ip('link set p-lab0 up')
    const config = { match: { name: 'lab0' }, method: 'static', addresses: ['10.9.0.1/24'] }
    const wired = { type: 'ethernet', config, idleTimeout: 1 }
    lab.configure({ connections: { office: wired, backup: wired } })
    await lab.start({ bundled: true })
    await until(
      async () => (await lab.adapter('lab0')).state === 'unmanaged',
      () => 'lab0 is not offered',
    )
    const before = lab.ip('-o addr show dev lab0')
    const office = () => lab.get('connections/office')
    const becomes = (state: string) =>
      until(
        async () => (await office()).state === state,
        async () => JSON.stringify(await office()),
      )

    const first = new Holder(lab)
    await first.runs()
    const { state, holds } = await office()
    assert.is(state, 'connected')
    assert.match(String(holds), /^client \d+$/)
    // What the kernel adds to a link that is up changes nothing.
    await until(
      async () => lab.ip('addr show dev lab0').includes('fe80'),
      () => lab.ip('addr show dev lab0'),
    )
    const backup = await lab.run('connect', 'backup')
    assert.is(backup.code, 0, backup.stderr)
    assert.is((await lab.get('connections/backup')).sharesWith, 'office')

    first.process.kill('SIGKILL')
    await first.ended
    first.endCommand()
    await until(
      async () => String((await office()).holds) === '',
      () => 'it is still held',
    )
    const shared = await lab.run('disconnect', 'office')
    assert.is(shared.code, 12)
    assert.match(shared.stderr, 'kept up for backup')
    assert.match(shared.stderr, 'disconnect backup')
    assert.is((await office()).state, 'connected')
    assert.is((await lab.run('disconnect', 'backup')).code, 0)
    await becomes('disconnected')
    assert.is(lab.ip('-o addr show dev lab0'), before)

    const second = new Holder(lab)
    await second.runs()
    await lab.daemons[0]!.kill('SIGKILL')
    await until(
      async () => second.err.includes('when the daemon is back'),
      () => second.err,
    )
    await lab.start({ bundled: true })
    await until(
      async () => second.err.includes('is held again'),
      () => second.err,
    )
    assert.is((await office()).state, 'connected')
    second.endCommand()
    assert.is(await second.ended, 128 + 15, 'the exit code is that of the command')
    await becomes('disconnected')
    assert.is(lab.ip('-o addr show dev lab0'), before)
  } finally {
    await lab.close()
  }
})

test.run()
