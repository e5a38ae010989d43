import { spawnSync } from 'node:child_process'
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { handleLimits } from '../../../../../host/plugin-host/services/handles.js'
import { listLimits } from '../../../../../host/plugin-host/services/read/glob-walk.js'
import { fileLimit, readHandlers } from '../../../../../host/plugin-host/services/read/read-service.js'
import { skip, suite } from '../../../../harness.js'
import { LiveTimers } from '../../../live-timers.js'
import { until } from '../../support.js'
import { FakeCaller } from '../fake-caller.js'

const test = suite('plugin-host/services/read/read-service')

const service = readHandlers()
let folder: string
let callers: FakeCaller[] = []
let nextHandle = 1

test.before.each(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'claimd-read-')))
  await mkdir(join(folder, 'granted', 'sub'), { recursive: true })
  await mkdir(join(folder, 'secret'))
  await writeFile(join(folder, 'granted', 'a.lease'), 'lease a')
  await writeFile(join(folder, 'granted', 'b.lease'), 'lease b')
  await writeFile(join(folder, 'granted', 'other'), 'other')
  await writeFile(join(folder, 'granted', 'sub', 'c.lease'), 'lease c')
  await writeFile(join(folder, 'secret', 'key'), 'secret')
})
test.after.each(async () => {
  for (const caller of callers) caller.ending.abort()
  callers = []
  await rm(folder, { recursive: true })
})

/** @param globs below the folder, or absolute ones with a `/` before them */
function callerFor(...globs: string[]): FakeCaller {
  const read = globs.map((glob) => (glob.startsWith('/') ? glob : join(folder, glob)))
  const caller = new FakeCaller({ read })
  callers.push(caller)
  return caller
}

async function read(caller: FakeCaller, path: string): Promise<string> {
  const absolute = path.startsWith('/') ? path : join(folder, path)
  const { base64 } = await service.readFile!({ path: absolute }, caller)
  return Buffer.from(base64, 'base64').toString()
}

async function list(caller: FakeCaller, glob: string): Promise<string[]> {
  const absolute = glob.startsWith('/') ? glob : join(folder, glob)
  const { paths } = await service.readList!({ glob: absolute }, caller)
  return paths.map((path) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path))
}

async function stat(caller: FakeCaller, path: string) {
  return service.readStat!({ path: join(folder, path) }, caller)
}

async function failure(promise: Promise<unknown>): Promise<ClaimdError> {
  return promise.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`)
    },
    (error) => error,
  )
}

test('a granted file is read, another one is not, whether it is there or not', async () => {
  const caller = callerFor('granted/*.lease')
  assert.is(await read(caller, 'granted/a.lease'), 'lease a')
  for (const path of [
    'granted/other',
    'granted/sub/c.lease',
    'secret/key',
    'secret/lacking',
    '/etc/passwd',
  ]) {
    const error = await failure(read(caller, path))
    assert.is(error.code, 'NOT_ALLOWED', path)
    assert.match(error.message, path)
    assert.match(error.expected!, 'granted/*.lease')
    assert.match(error.remedy!, 'permissions.read')
  }
  assert.is((await failure(read(caller, 'granted/lacking.lease'))).code, 'FILE_UNREADABLE')
})

test('what no plugin may read is not suggested for the manifest', async () => {
  const caller = callerFor('granted/*.lease')
  for (const [path, advice] of [
    ['/etc/shadow', 'no operator can grant it'],
    ['/etc/[x]', 'Use *, or name each file for itself'],
  ] as const) {
    const error = await failure(service.readFile!({ path }, caller))
    assert.is(error.code, 'NOT_ALLOWED', path)
    assert.match(error.remedy!, advice)
    assert.not.match(error.remedy!, 'plugin trust')
  }
  assert.match(
    (await failure(service.readFile!({ path: '/etc/shadow' }, caller))).message,
    'no plugin may read',
  )
  const list = await failure(service.readList!({ glob: '/etc/**' }, caller))
  assert.match(list.remedy!, 'Name the files that it needs')
  assert.match((await failure(service.readFile!({ path: '/etc/passwd' }, caller))).remedy!, 'plugin trust')
})

test('a path with detours is no path', async () => {
  const caller = callerFor('granted/**')
  for (const path of ['granted/../secret/key', 'granted/./a', 'granted//a', 'granted/a\0']) {
    assert.is(
      (await failure(service.readFile!({ path: `${folder}/${path}` }, caller))).code,
      'REQUEST_MALFORMED',
      path,
    )
  }
  assert.is((await failure(service.readFile!({ path: 'relative' }, caller))).code, 'REQUEST_MALFORMED')
})

test('a link is followed as far as the grant goes', async () => {
  await symlink(join(folder, 'secret', 'key'), join(folder, 'granted', 'out.lease'))
  await symlink('b.lease', join(folder, 'granted', 'in.lease'))
  await symlink(join(folder, 'secret'), join(folder, 'granted', 'folder'))
  const caller = callerFor('granted/**')
  assert.is(await read(caller, 'granted/in.lease'), 'lease b')
  for (const path of ['granted/out.lease', 'granted/folder/key']) {
    const error = await failure(read(caller, path))
    assert.is(error.code, 'NOT_ALLOWED')
    assert.match(error.message, `leads to ${folder}/secret/key`)
  }
  assert.is(await read(callerFor('granted/**', 'secret/key'), 'granted/out.lease'), 'secret')
})

test(
  'a link that is turned to and fro never shows what was not granted',
  async () => {
    const caller = callerFor('granted/*')
    const path = join(folder, 'granted', 'turned')
    const targets = ['a.lease', join(folder, 'secret', 'key')]
    let turning = true
    const turner = (async () => {
      for (let turn = 0; turning; turn++) {
        await symlink(targets[turn % 2]!, `${path}-new`)
        await rename(`${path}-new`, path)
      }
    })()
    await until(() => readlink(path).catch(() => false))
    const seen = new Set<string>()
    try {
      for (let attempt = 0; attempt < 1000 || !seen.has('NOT_ALLOWED') || !seen.has('lease a'); attempt++) {
        seen.add(await read(caller, path).catch((error: ClaimdError) => error.code))
      }
    } finally {
      turning = false
      await turner
    }
    assert.not(seen.has('secret'))
  },
  { timeout: 60_000 },
)

test('what no plugin reads is not read through any grant or link', async () => {
  await symlink('/etc/shadow', join(folder, 'granted', 'shadow'))
  await symlink('/proc/self/environ', join(folder, 'granted', 'environ'))
  const caller = callerFor('granted/**', '/**', '/etc/**', '/proc/**', '/dev/**')
  for (const path of [
    '/etc/shadow',
    'granted/shadow',
    'granted/environ',
    '/proc/self/environ',
    '/proc/self/mem',
    `/proc/${process.pid}/environ`,
    '/proc/thread-self/environ',
    '/dev/zero',
    '/dev/mem',
    '/dev/null',
  ]) {
    const { code } = await failure(read(caller, path))
    // Where there is no such file at all, that is what is told.
    assert.ok(code === 'NOT_ALLOWED' || code === 'FILE_UNREADABLE', `${path}: ${code}`)
    assert.not((await list(caller, path)).includes(path), path)
  }
  assert.is((await failure(read(caller, '/proc/self/environ'))).code, 'NOT_ALLOWED')
})

test('/proc and /sys are read by grants that begin with them, through links of the kernel as well', async () => {
  const route = 'Iface\tDestination'
  assert.match(await read(callerFor('/proc/net/route'), '/proc/net/route'), route)
  assert.match(await read(callerFor('/sys/class/net/*/address'), '/sys/class/net/lo/address'), '00:00:00')
  assert.is((await failure(read(callerFor('/**'), '/proc/net/route'))).code, 'NOT_ALLOWED')
  assert.is((await failure(read(callerFor('/**'), '/sys/class/net/lo/address'))).code, 'NOT_ALLOWED')
  // The links of processes lead out.
  assert.is(
    (await failure(read(callerFor('/proc/**'), `/proc/self/root${folder}/secret/key`))).code,
    'NOT_ALLOWED',
  )
})

test('what is no regular file neither hangs nor is opened', async () => {
  const path = (name: string) => join(folder, 'granted', name)
  assert.is(spawnSync('mkfifo', [path('fifo')]).status, 0)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path('socket'), resolve))
  await symlink('loop', path('loop'))
  const caller = callerFor('granted/*')
  for (const name of ['fifo', 'socket', 'sub', 'loop']) {
    assert.is((await failure(read(caller, path(name)))).code, 'FILE_UNREADABLE', name)
  }
  server.close()
  assert.equal(await list(caller, 'granted/*'), ['granted/a.lease', 'granted/b.lease', 'granted/other'])
})

test('a file of the limit is read, a larger one and an endless one are not', async () => {
  const caller = callerFor('granted/*')
  await writeFile(join(folder, 'granted', 'fits'), Buffer.alloc(fileLimit, 1))
  await writeFile(join(folder, 'granted', 'large'), Buffer.alloc(fileLimit + 1, 1))
  assert.is((await read(caller, 'granted/fits')).length, fileLimit)
  assert.is((await failure(read(caller, 'granted/large'))).code, 'RESULT_TOO_LARGE')
})

test('no descriptor stays open, whatever becomes of a call', async () => {
  const caller = callerFor('granted/*')
  await symlink(join(folder, 'secret', 'key'), join(folder, 'granted', 'out'))
  const before = (await readdir('/proc/self/fd')).length
  for (let time = 0; time < 20; time++) {
    for (const name of ['a.lease', 'out', 'sub', 'lacking'])
      await read(caller, `granted/${name}`).catch(() => {})
    await list(caller, 'granted/*')
  }
  assert.ok((await readdir('/proc/self/fd')).length <= before + 2)
})

test('a list holds the granted files that fit, in order', async () => {
  const caller = callerFor('granted/**')
  assert.equal(await list(caller, 'granted/*.lease'), ['granted/a.lease', 'granted/b.lease'])
  assert.equal(await list(caller, 'granted/**/*.lease'), [
    'granted/a.lease',
    'granted/b.lease',
    'granted/sub/c.lease',
  ])
  assert.equal(await list(caller, 'granted/*/c.lease'), ['granted/sub/c.lease'])
  assert.equal(await list(caller, 'granted/a.lease'), ['granted/a.lease'])
  assert.equal(await list(caller, 'granted/lacking/*'), [])
  // More was asked for than was granted: what was granted is there.
  assert.equal(await list(callerFor('granted/*.lease', 'secret/no'), '**'), [
    'granted/a.lease',
    'granted/b.lease',
  ])
  assert.equal(await list(callerFor('granted/*/*'), '/**'), ['granted/sub/c.lease'])
  assert.is((await failure(list(caller, 'secret/*'))).code, 'NOT_ALLOWED')
  assert.is((await failure(list(callerFor(), 'granted/*'))).code, 'NOT_ALLOWED')
})

test('a list is bounded', async () => {
  const many = join(folder, 'granted', 'many')
  await mkdir(many)
  for (let file = 0; file <= listLimits.files; file++) await writeFile(join(many, `${file}`), '')
  const caller = callerFor('granted/**', '/**')
  assert.is((await failure(list(caller, 'granted/many/*'))).code, 'RESULT_TOO_LARGE')
  assert.is((await list(caller, 'granted/many/1*')).length, 112)
  assert.is((await failure(list(caller, '/**'))).code, 'RESULT_TOO_LARGE')
})

async function watch(caller: FakeCaller, glob: string): Promise<number> {
  const handle = nextHandle++
  await service.readWatch!({ handle, glob: glob.startsWith('/') ? glob : join(folder, glob) }, caller)
  return handle
}

test('a watch tells of files that come, change and go, and not of others', async () => {
  const caller = callerFor('granted/*.lease')
  await watch(caller, 'granted/*.lease')
  const path = join(folder, 'granted', 'new.lease')
  for (const change of [
    () => writeFile(path, 'one'),
    () => appendFile(path, 'two'),
    () => chmod(path, 0o600),
    () => rename(path, `${path}-gone`),
    async () => {
      await writeFile(`${path}-atomic`, 'three')
      await rename(`${path}-atomic`, path)
    },
    () => unlink(path),
  ]) {
    const { length } = caller.told
    await change()
    await until(() => caller.told.length > length)
  }
  const { length } = caller.told
  await writeFile(join(folder, 'granted', 'unasked'), 'x')
  await writeFile(join(folder, 'secret', 'x.lease'), 'x')
  await writeFile(path, 'last')
  await until(() => caller.told.length > length)
  assert.is(caller.told.length, length + 1)
})

test(
  'a watch waits for folders that are not there yet, and sees them replaced',
  async () => {
    const caller = callerFor('later/**')
    await watch(caller, 'later/deep/*.lease')
    const tell = async (change: () => Promise<unknown>) => {
      const { length } = caller.told
      await change()
      await until(() => caller.told.length > length)
    }
    const path = join(folder, 'later', 'deep', 'a.lease')
    await mkdir(join(folder, 'later', 'deep'), { recursive: true })
    await tell(() => writeFile(path, 'a'))
    await mkdir(join(folder, 'other', 'deep'), { recursive: true })
    await writeFile(join(folder, 'other', 'deep', 'a.lease'), 'b')
    await tell(async () => {
      await rename(join(folder, 'later'), join(folder, 'old'))
      await rename(join(folder, 'other'), join(folder, 'later'))
    })
    await tell(() => writeFile(path, 'c'))
  },
  { timeout: 30_000 },
)

test('many changes at once are told a few times, and none of the last is lost', async () => {
  const caller = callerFor('granted/*')
  await watch(caller, 'granted/*')
  const path = join(folder, 'granted', 'busy')
  for (let time = 0; time < 300; time++) await writeFile(path, `${time}`)
  await until(() => caller.told.length > 0)
  assert.ok(caller.told.length < 30, `${caller.told.length} times`)
})

test('a watch waits for the kernel, also for what links lead to, and looks again only where that says nothing', async () => {
  const timers = await LiveTimers.begin()
  try {
    await writeFile(join(folder, 'granted', 'real'), 'one')
    await symlink('real', join(folder, 'granted', 'link.lease'))
    const caller = callerFor('granted/**', '/proc/self/*')
    await watch(caller, 'granted/*.lease')
    await watch(caller, 'granted/later/*.lease')
    await timers.rest(0)
    const before = caller.told.length
    await writeFile(join(folder, 'granted', 'real'), 'written')
    await until(() => caller.told.length > before)
    await timers.rest(0)
    await mkdir(join(folder, 'granted', 'later'))
    await writeFile(join(folder, 'granted', 'later', 'd.lease'), '')
    await until(() => caller.told.length > before + 1)
    await timers.rest(0)
    await watch(caller, '/proc/self/status')
    await timers.rest(1)
  } finally {
    timers.restore()
  }
})

test('a watch ends when it is told to, and with its plugin', async () => {
  const caller = callerFor('granted/*')
  const first = await watch(caller, 'granted/*')
  await watch(caller, 'granted/a.lease')
  await service.readUnwatch!({ handle: first }, caller)
  caller.ending.abort()
  const other = callerFor('granted/*')
  await watch(other, 'granted/*')
  await appendFile(join(folder, 'granted', 'a.lease'), 'more')
  await until(() => other.told.length > 1)
  // Each was told that it had begun.
  assert.is(caller.told.length, 2)
})

test('so many watches may be had, and only of what was granted', async () => {
  const caller = callerFor('granted/*')
  assert.is((await failure(watch(caller, 'secret/*'))).code, 'NOT_ALLOWED')
  for (let count = 0; count < handleLimits.watches; count++) await watch(caller, 'granted/a.lease')
  assert.is((await failure(watch(caller, 'granted/a.lease'))).code, 'TOO_MANY_REQUESTS')
})

test('the status of a file or folder is told to whom it is granted, and where links lead counts', async () => {
  const caller = callerFor('granted/*.lease', 'granted')
  await utimes(join(folder, 'granted', 'a.lease'), 7, 1_700_000_000.5)
  assert.equal(await stat(caller, 'granted/a.lease'), { size: 7, modified: 1_700_000_000_500 })
  await utimes(join(folder, 'granted'), 7, 1_600_000_000)
  assert.is((await stat(caller, 'granted')).modified, 1_600_000_000_000)
  await symlink(join(folder, 'secret', 'key'), join(folder, 'granted', 'z.lease'))
  for (const path of ['granted/other', 'granted/sub', 'secret', 'granted/z.lease']) {
    assert.is((await failure(stat(caller, path))).code, 'NOT_ALLOWED', path)
  }
  const lacking = await failure(stat(caller, 'granted/x.lease'))
  assert.equal([lacking.code, lacking.found], ['FILE_UNREADABLE', 'ENOENT'])
  assert.match(lacking.message, 'it is not there')
})

test('a folder that the host may not look into is said, one that is not there has no files', async () => {
  if (process.getuid!() !== 0) skip('needs root, to become somebody else')
  const caller = callerFor('granted/*.lease', 'lacking/*.lease')
  await chmod(join(folder, 'granted'), 0o700)
  await chmod(folder, 0o755)
  process.seteuid!(65534)
  try {
    const error = await failure(list(caller, 'granted/*.lease'))
    assert.equal([error.code, error.found], ['FILE_UNREADABLE', 'EACCES'])
    assert.match(error.message, join(folder, 'granted'))
    assert.equal(await list(caller, 'lacking/*.lease'), [])
  } finally {
    process.seteuid!(0)
  }
})

test.run()
