import { execFileSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import type { AdapterRow, EventDocument } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { openStore } from '../../host/store/open-store.js'
import { suite } from '../harness.js'
import { type Daemon, Lab, until } from './lab.js'
import { Disk } from './store/disk.js'

// Whole processes take their time on a busy machine.
const test = suite('system/store-faults', { timeout: 60_000 })
let lab: Lab
let disk: Disk | undefined

test.before.each(() => {
  lab = new Lab().withNamespace()
  lab.drop(
    'a',
    `claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: adapter.name, volatile: true }),
     verify({ connection }) { return { result: 'SUCCESS', connection } }`,
  )
  lab.link('lab0', '10.9.0.1/24')
})
test.after.each(async () => {
  await lab.close()
  await disk?.close()
  disk = undefined
})

/** Asks as a program does: a command for each question would take most of the time. */
const client = () => new Client({ socket: lab.socket })

async function settles(name: string, state: string): Promise<AdapterRow> {
  return until(
    async () =>
      (await client().adapters()).adapters.find((row) => row.name === name && row.state === state) ?? null,
    async () => `${name} does not become ${state}: ${JSON.stringify(await client().adapters())}`,
  )
}

function degraded() {
  return until(
    async () => {
      const status = await client().status()
      return status.health === 'degraded' ? status : null
    },
    () => 'the daemon is not degraded',
  )
}

/** What holds as long as nothing can be stored: what is claimed stays so, and nothing else becomes so. */
async function assertProtective(reason: string | RegExp): Promise<void> {
  lab.link('lab1', '10.9.1.1/24')
  const { because } = await degraded()
  assert.match(because!, reason)
  assert.match((await lab.run('status')).stdout, reason)
  const before = lab.snapshot('lab0')
  const refused = await lab.run('disconnect', 'lab0', '--json')
  assert.equal([refused.code, refused.json.result], [6, 'NOT_ALLOWED'])
  const released = await lab.run('release', 'lab0', '--reason', 'x', '--json')
  assert.equal([released.code, released.json.code], [13, 'STORE_DEGRADED'], released.stdout)
  await settles('lab0', 'claimed')
  assert.is(lab.snapshot('lab0'), before)
  const fresh = await settles('lab1', 'unmanaged')
  assert.match(fresh.because, 'no claim is made while nothing can be stored')
}

/** What follows, by itself, when things can be stored again; and that the journal tells of it. */
async function assertRecovered(since: number): Promise<void> {
  await settles('lab1', 'claimed')
  const { health, because, revision } = await client().status()
  assert.equal([health, because], ['running', null])
  const events: EventDocument[] = []
  for await (const event of client().events({ since })) {
    events.push(event)
    if (event.revision >= revision) break
  }
  const names = (type: string) => events.filter((event) => event.type === type).map(({ name }) => name)
  assert.equal(names('degraded'), [null])
  assert.equal(names('recovered'), [null])
  assert.equal(names('adapter-appeared').sort(), ['lab1', 'p-lab1'])
}

/** After a kill everything that was told is there. */
async function assertDurable(daemon: Daemon, prefix: string[]): Promise<void> {
  const rows = async () => {
    const { adapters } = await client().adapters()
    return adapters.map(({ name, id, connection, since }) => [name, id, connection, since])
  }
  const before = await rows()
  await daemon.kill('SIGKILL')
  await lab.start({ prefix })
  assert.equal(await rows(), before)
}

/** The whole story: it works, it is broken, it is mended. */
async function breaks(options: {
  prefix?: string[]
  break(daemon: Daemon): unknown
  reason: string
  mend(daemon: Daemon): void
}): Promise<void> {
  const { prefix = [] } = options
  const daemon = await lab.start({ prefix })
  await settles('lab0', 'claimed')
  const { revision } = await client().status()
  await options.break(daemon)
  await assertProtective(options.reason)
  options.mend(daemon)
  await assertRecovered(revision)
  await assertDurable(daemon, prefix)
}

test('the disk of a running daemon becomes full, and has space again', async () => {
  disk = await Disk.memory(lab.state, 12)
  await breaks({
    prefix: disk.prefix,
    break: () => disk!.fill(),
    reason: 'the disk is full',
    mend: () => disk!.free(),
  })
})

test('a state that is read-only from the start: what was claimed is protected, and that it is so is said at once', async () => {
  disk = await Disk.memory(lab.state, 12)
  // What a kill leaves behind.
  const prefix = [...disk.prefix, 'env', `TMPDIR=${lab.folder}`]
  const before = await lab.start({ prefix })
  const { id, since, connection } = await settles('lab0', 'claimed')
  const { revision } = await client().status()
  await before.kill('SIGKILL')
  disk.shell('mount -o remount,ro "$1"')
  const daemon = await lab.start({ prefix })
  const reason = `The state folder ${lab.state} is on a read-only file system`
  await daemon.says(`nothing can be stored: ${reason}`)
  for await (const event of client().events()) {
    assert.equal([event.type, event.reason, event.stored], ['degraded', reason, false])
    break
  }
  await assertProtective(reason)
  const row = await settles('lab0', 'claimed')
  assert.equal([row.id, row.since, row.connection], [id, since, connection])
  disk.shell('mount -o remount,rw "$1"')
  await assertRecovered(revision)
  await daemon.says('decisions are stored again')
  await assertDurable(daemon, prefix)
})

test('the disk of a running daemon refuses writes, and takes them again', async () => {
  // No file may grow any more: each write is an error of its own, none that means a full disk.
  const limit = (daemon: Daemon, size: string) =>
    execFileSync('prlimit', ['--pid', String(daemon.pid), `--fsize=${size}:unlimited`])
  await breaks({
    break: (daemon) => limit(daemon, '0'),
    reason: 'the disk reports an error',
    mend: (daemon) => limit(daemon, 'unlimited'),
  })
})

test('the state folder of a running daemon is moved away, and back', async () => {
  const away = `${lab.state}-away`
  await breaks({
    break: () => {
      renameSync(lab.state, away)
      // Without anything to store.
      return degraded()
    },
    reason: 'it was removed or replaced while claimd uses it',
    mend: () => renameSync(away, lab.state),
  })
})

test('the database of a running daemon is replaced; after a restart the new one is in use', async () => {
  const daemon = await lab.start()
  await settles('lab0', 'claimed')
  const file = join(lab.state, 'claimd.db')
  const other = join(lab.folder, 'other')
  openStore(other).close()
  renameSync(join(other, 'claimd.db'), file)
  assert.match((await degraded()).remedy!, 'Put it back')
  await assertProtective('it was removed or replaced while claimd uses it')
  assert.is(await daemon.kill('SIGTERM'), 0, daemon.output)
  await lab.start()
  for (const name of ['lab0', 'lab1']) await settles(name, 'claimed')
})

test('the file system of a running daemon turns read-only after an error; mounted anew it has everything', async () => {
  disk = await Disk.ext4(lab.state, join(lab.folder, 'image'))
  const daemon = await lab.start({ prefix: disk.prefix })
  const { id, since } = await settles('lab0', 'claimed')
  // What was not flushed is lost with such a disk, as in a power cut.
  disk.shell('sync; echo 1 > "/sys/fs/ext4/$(basename "$(findmnt -no SOURCE .)")/trigger_fs_error"')
  await assertProtective(/it is read-only|the disk reports an error/)
  assert.is(await daemon.kill('SIGTERM'), 0, daemon.output)
  disk.shell(
    `cd /; umount "$1"; e2fsck -fy ${lab.folder}/image >&2 || true; mount -o loop ${lab.folder}/image "$1"`,
  )
  await lab.start({ prefix: disk.prefix })
  const row = await settles('lab0', 'claimed')
  assert.equal([row.id, row.since], [id, since])
  await settles('lab1', 'claimed')
})

test.run()
