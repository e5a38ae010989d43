import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClaimdError, ExecRule, ProgramResult } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { Caller } from '../../../../../host/plugin-host/services/caller.js'
import { execHandlers } from '../../../../../host/plugin-host/services/exec/exec-service.js'
import { programLimits } from '../../../../../host/plugin-host/services/exec/program-limits.js'
import { handleLimits } from '../../../../../host/plugin-host/services/handles.js'
import { skip, suite } from '../../../../harness.js'
import { lives, until } from '../../support.js'
import { FakeCaller } from '../fake-caller.js'

const test = suite('plugin-host/services/exec/exec-service')

const runningHost = fileURLToPath(new URL('./running-host.js', import.meta.url))
const isRoot = process.getuid?.() === 0
const user = { uid: 61_234, gid: 61_234 }
const service = execHandlers()
let folder: string
let data: string
let callers: FakeCaller[] = []
let nextHandle = 1

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimd-exec-'))
  await chmod(folder, 0o755)
  data = join(folder, 'data')
  await mkdir(data)
  if (isRoot) await chown(data, user.uid, user.gid)
})
test.after.each(async () => {
  for (const caller of callers) caller.ending.abort()
  callers = []
})
test.after(() => rm(folder, { recursive: true }))

/** Writes a shell script that may be run. */
async function script(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return path
}

function callerFor(rule: ExecRule, as: Caller['user'] = isRoot ? user : null): FakeCaller {
  const caller = new FakeCaller({ exec: [rule] }, { user: as, data })
  callers.push(caller)
  return caller
}

async function run(
  caller: FakeCaller,
  program: string,
  args: string[] = [],
  more: { input?: string; timeoutMs?: number } = {},
): Promise<ProgramResult> {
  const handle = nextHandle++
  return service.execRun!({ handle, program, args, timeoutMs: 30_000, ...more }, caller)
}

async function start(caller: FakeCaller, program: string, args: string[] = []) {
  const handle = nextHandle++
  return { handle, ...(await service.execStart!({ handle, program, args }, caller)) }
}

async function codeOf(promise: Promise<unknown>): Promise<ClaimdError> {
  return promise.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`)
    },
    (error) => error,
  )
}

test('a program runs with its arguments and input, and is told of with output and code', async () => {
  const program = await script('echo', 'echo "$#:$1:$2"; cat; echo oops >&2; exit 3')
  const rule = { program, args: ['{word}', '--if={adapter}'] }
  const caller = callerFor(rule)
  const result = await run(caller, program, ['a', '--if=held0'], { input: 'täxt' })
  assert.equal(result, {
    code: 3,
    signal: null,
    stdout: '2:a:--if=held0\ntäxt',
    stderr: 'oops\n',
    truncated: false,
  })
  assert.equal(
    caller.children.map((child) => [child.program, child.running]),
    [
      [program, true],
      [program, false],
    ],
  )
})

test('outside its grant nothing runs', async () => {
  const program = await script('leaves-a-trace', `touch ${join(data, 'trace')}`)
  for (const args of [['x'], []]) {
    const caller = callerFor({ program, args: args.length > 0 ? [] : ['x'] })
    assert.is((await codeOf(run(caller, program, args))).code, 'NOT_ALLOWED')
    assert.equal(caller.children, [])
  }
  await run(callerFor({ program }), program)
  assert.is(await readFile(join(data, 'trace'), 'utf8'), '')
})

test('a program has a clean environment, its data folder, and no descriptors of the host', async () => {
  const program = await script('facts', 'env; pwd; ls /proc/self/fd')
  process.env.CLAIMD_TEST_SECRET = 'secret'
  const { stdout } = await run(callerFor({ program }), program)
  const lines = stdout.trim().split('\n')
  // The shell of the script adds its own PWD.
  assert.equal(
    lines.filter((line) => /^[A-Z_]+=/.test(line) && !/^(PWD|OLDPWD|SHLVL|_)=/.test(line)),
    ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
  )
  assert.ok(lines.includes(data))
  assert.equal(
    lines.filter((line) => /^\d$/.test(line)),
    ['0', '1', '2', '3'],
  )
})

test('as root: it runs as the user of the plugin, with the capabilities of its rule and no others', async () => {
  if (!isRoot) skip('needs root')
  const program = await script('rights', 'id -u; id -g; id -G; grep -E "^(Cap|NoNew)" /proc/self/status')
  const rights = async (rule: ExecRule, as: Caller['user']) =>
    (await run(callerFor(rule, as), program)).stdout.trim().split(/\s+/)
  const none = '0000000000000000'
  const netRaw = '0000000000002000'
  const sets = (value: string) =>
    ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'].flatMap((name) => [`Cap${name}:`, value])
  const ids = [user.uid, user.gid, user.gid].map(String)
  assert.equal(await rights({ program }, user), [...ids, ...sets(none), 'NoNewPrivs:', '1'])
  assert.equal(await rights({ program, capabilities: ['NET_RAW'] }, user), [
    ...ids,
    ...sets(netRaw),
    'NoNewPrivs:',
    '1',
  ])
  assert.equal((await rights({ program }, null)).slice(-12), [...sets(none), 'NoNewPrivs:', '1'])
})

test('as root: it is in the network of the host, or in an empty one when its rule says so', async () => {
  if (!isRoot) skip('needs root')
  const program = await script('network', 'readlink /proc/self/ns/net; tail -n +3 /proc/net/dev | wc -l')
  const own = (await run(callerFor({ program }), program)).stdout
  assert.match(own, await readFile('/proc/self/ns/net', 'utf8').catch(() => 'net:['))
  const other = (await run(callerFor({ program, network: false }), program)).stdout
  assert.is.not(other.split('\n')[0], own.split('\n')[0])
})

test('a program that others may change is not run', async () => {
  const open = await script('open', 'true')
  await chmod(open, 0o777)
  const inOpen = join(folder, 'open-folder')
  await mkdir(inOpen)
  await writeFile(join(inOpen, 'program'), '#!/bin/sh\n', { mode: 0o755 })
  await chmod(inOpen, 0o777)
  const linked = join(folder, 'linked')
  await symlink(open, linked)
  const interpreted = join(folder, 'interpreted')
  await writeFile(interpreted, `#!${open}\n`, { mode: 0o755 })
  for (const program of [open, join(inOpen, 'program'), linked, interpreted]) {
    const error = await codeOf(run(callerFor({ program }), program))
    assert.is(error.code, 'PROGRAM_UNUSABLE', program)
    assert.match(error.message, 'others may change', program)
    assert.match(error.remedy!, 'chmod go-w', program)
  }
})

test('a script that others may change is not run, whether by its name or by its interpreter', async () => {
  const open = await script('open-script', 'echo ran')
  await chmod(open, 0o666)
  const begun = join(folder, 'begun')
  await writeFile(begun, `#!/bin/sh ${open}\n`, { mode: 0o755 })
  const sh = (...args: string[]) => run(callerFor({ program: '/bin/sh', args }), '/bin/sh', args)
  for (const start of [
    () => sh(open),
    () => sh('-e', open),
    () => run(callerFor({ program: begun }), begun),
  ]) {
    const error = await codeOf(start())
    assert.is(error.code, 'PROGRAM_UNUSABLE')
    assert.match(error.message, 'others may change')
    assert.match(error.remedy!, 'chmod go-w')
  }
  await chmod(open, 0o644)
  assert.match((await sh(open)).stdout, 'ran')
  assert.match((await sh('-c', 'echo "$0"', '/tmp')).stdout, '/tmp')
})

test('what a permission takes for an interpreter has its script looked at, with a version in its name as well', async () => {
  const open = await script('open-to-all', 'echo ran')
  await chmod(open, 0o666)
  for (const name of ['ksh93', 'tcsh', 'node20', 'perl5.36-x86_64-linux-gnu', 'make']) {
    const program = await script(name, '/bin/sh "$@"')
    const start = () => run(callerFor({ program, args: [open] }), program, [open])
    assert.match((await codeOf(start())).message, `others may change its script: ${open}`, name)
  }
})

test('as root: a program of another user is not run', async () => {
  if (!isRoot) skip('needs root')
  const program = await script('theirs', 'true')
  await chown(program, user.uid, user.gid)
  assert.match((await codeOf(run(callerFor({ program }), program))).message, 'others may change it')
})

test('what is no program is told as such', async () => {
  const text = join(folder, 'text')
  await writeFile(text, 'just text', { mode: 0o755 })
  const plain = join(folder, 'plain')
  await writeFile(plain, '#!/bin/sh\n', { mode: 0o644 })
  const astray = join(folder, 'astray')
  await writeFile(astray, '#!/no/such/interpreter\n', { mode: 0o755 })
  for (const [program, because] of [
    [join(folder, 'lacking'), 'it is not there'],
    [join(text, 'lacking'), 'it is not there'],
    [text, 'neither a binary nor a script'],
    [plain, 'not executable'],
    [folder, 'no regular file'],
    [astray, 'its interpreter /no/such/interpreter is not there'],
    ['relative', 'not absolute'],
    [`${folder}/../x`, 'detours'],
  ] as const) {
    const error = await codeOf(run(callerFor({ program }), program))
    assert.is(error.code, 'PROGRAM_UNUSABLE', program)
    assert.match(error.message, because, program)
  }
  const lacking = await codeOf(run(callerFor({ program: join(folder, 'lacking') }), join(folder, 'lacking')))
  assert.equal(
    [lacking.found, lacking.expected, lacking.remedy],
    ['it is not there', `a program at ${join(folder, 'lacking')}`, 'install it, or correct its path'],
  )
  const shell = { program: '/bin/sh', args: ['/no/such/script'] }
  assert.match(
    (await codeOf(run(callerFor(shell), '/bin/sh', shell.args))).message,
    'its script /no/such/script is not there',
  )
})

test('as root: a program that the user of the plugin cannot reach is told from one that failed', async () => {
  if (!isRoot) skip('needs root')
  const locked = join(folder, 'locked')
  await mkdir(locked, { mode: 0o700 })
  const program = join(locked, 'program')
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 })
  const error = await codeOf(run(callerFor({ program }), program))
  assert.is(error.code, 'PROGRAM_UNUSABLE')
  assert.match(error.message, /Permission denied/)
  const fails = await script('fails', 'echo no such thing >&2; exit 127')
  assert.is((await run(callerFor({ program: fails }), fails)).code, 127)
})

test('output over the limit is cut at a character, and said', async () => {
  const program = await script('much', 'head -c 400000 /dev/zero | sed "s/\\x00/ä/g"; echo end >&2')
  const { stdout, stderr, truncated, code } = await run(callerFor({ program }), program)
  assert.is(code, 0)
  assert.ok(truncated)
  assert.is(Buffer.byteLength(stdout), programLimits.kept)
  assert.match(stdout, /^ä+$/)
  assert.is(stderr, 'end\n')
})

test('an endless output does not keep the host busy, nor does the program outlive its deadline', async () => {
  const program = await script('endless', 'yes')
  const error = await codeOf(run(callerFor({ program }), program, [], { timeoutMs: 300 }))
  assert.is(error.code, 'TIME_OUT')
  const before = process.cpuUsage()
  const at = performance.now()
  await codeOf(run(callerFor({ program }), program, [], { timeoutMs: 1000 }))
  const { user: used, system } = process.cpuUsage(before)
  assert.ok(
    (used + system) / 1000 < (performance.now() - at) / 2,
    `${(used + system) / 1000} ms of processor time`,
  )
})

test('after its deadline it may tidy up on SIGTERM, and is killed when it does not end', async () => {
  const tidy = await script(
    'tidy',
    `trap 'echo tidied >${join(data, 'tidied')}; exit' TERM; while :; do sleep 0.05; done`,
  )
  assert.is((await codeOf(run(callerFor({ program: tidy }), tidy, [], { timeoutMs: 200 }))).code, 'TIME_OUT')
  assert.is(await readFile(join(data, 'tidied'), 'utf8'), 'tidied\n')
  const stubborn = await script('stubborn', `trap '' TERM; echo $$; while :; do sleep 0.05; done`)
  const caller = callerFor({ program: stubborn })
  const at = performance.now()
  assert.is((await codeOf(run(caller, stubborn, [], { timeoutMs: 100 }))).code, 'TIME_OUT')
  assert.ok(performance.now() - at >= programLimits.termGraceMs)
  assert.not(await lives(caller.children[0]!.pid))
})

test('a signal that ended it is told by name', async () => {
  const program = await script('suicide', 'kill -SEGV $$')
  const { code, signal } = await run(callerFor({ program }), program)
  assert.equal([code, signal], [null, 'SIGSEGV'])
})

test('a program that was started tells its output, takes input and signals, and tells its end', async () => {
  const program = await script(
    'talks',
    `trap 'echo usr1; exit 5' USR1; echo ready; while read -r line; do echo "got $line"; done; echo over; while :; do sleep 0.02; done`,
  )
  const caller = callerFor({ program })
  const { handle } = await start(caller, program)
  await until(() => caller.outputOf(handle).includes('ready'))
  await service.execWrite!({ handle, text: 'one\n', end: false }, caller)
  await until(() => caller.outputOf(handle).includes('got one'))
  await service.execWrite!({ handle, text: 'two\n', end: true }, caller)
  await until(() => caller.outputOf(handle).includes('got two\nover'))
  await service.execKill!({ handle, signal: 'SIGUSR1' }, caller)
  await until(() => caller.exitOf(handle))
  assert.match(caller.outputOf(handle), /usr1\n$/)
  assert.equal(caller.exitOf(handle), { type: 'exit', code: 5, signal: null })
  assert.is(caller.told.at(-1)!.event.type, 'exit')
  assert.is(
    (await codeOf(service.execWrite!({ handle, text: 'x', end: false }, caller))).code,
    'PROGRAM_UNUSABLE',
  )
  assert.is(
    (
      await codeOf(
        service.execKill!({ handle: (await start(caller, program)).handle, signal: 'SIGNOT' }, caller),
      )
    ).code,
    'REQUEST_MALFORMED',
  )
})

test('a program that writes faster than the plugin reads has to wait', async () => {
  const program = await script('fast', 'yes')
  const caller = callerFor({ program })
  let release = () => {}
  caller.stalled = new Promise((resolve) => {
    release = resolve
  })
  const { handle } = await start(caller, program)
  await until(() => caller.told.length > 0)
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.is(caller.told.length, 1)
  release()
  await until(() => caller.told.length > 5)
  await service.execKill!({ handle }, caller)
  await until(() => caller.exitOf(handle))
})

test('when the process of the plugin ends, its programs end at once, with what they started', async () => {
  const program = await script('parent', `trap '' TERM; sleep 1000 & echo $! >${join(data, 'child')}; wait`)
  const caller = callerFor({ program })
  const { pid } = await start(caller, program)
  await until(() => readFile(join(data, 'child'), 'utf8').catch(() => ''))
  const group = await membersOf(pid)
  assert.ok(group.length >= 2, `${group.length} processes`)
  caller.ending.abort()
  for (const member of group) await until(async () => !(await lives(member)))
  await rm(join(data, 'child'))
})

test('a program does not outlive a host that was killed', async () => {
  const program = await script('outlives', 'exec sleep 1000')
  const host = spawn(process.execPath, [runningHost, program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = await once(host.stdout, 'data')
  const pid = Number(text)
  // As root there are the two that keep it in its namespace as well.
  await until(async () => (await membersOf(pid)).length >= (isRoot ? 3 : 1))
  const group = await membersOf(pid)
  host.kill('SIGKILL')
  for (const member of group) await until(async () => !(await lives(member)))
})

test('as root: what leaves its group and its session ends with it all the same', async () => {
  if (!isRoot) skip('needs root: an ordinary user has no process namespace')
  const program = await script(
    'survivor',
    `setsid sh -c 'setsid sleep 1000 & exec sleep 1000' & sleep 0.2; echo started; read -r line`,
  )
  const caller = callerFor({ program })
  const before = await sleepers()
  const { handle } = await start(caller, program)
  await until(
    async () =>
      caller.outputOf(handle).includes('started') && (await sleepers()).length === before.length + 2,
  )
  const survivors = (await sleepers()).filter((pid) => !before.includes(pid))
  await service.execWrite!({ handle, text: '\n', end: true }, caller)
  await until(() => caller.exitOf(handle))
  for (const pid of survivors) await until(async () => !(await lives(pid)))
})

test('as an ordinary user: what leaves its group is not stopped', async () => {
  if (isRoot) skip('needs an ordinary user')
  const pidFile = join(data, 'survivor')
  const program = await script(
    'escapes',
    `setsid sh -c 'echo $$ >${pidFile}; exec sleep 1000' & read -r line`,
  )
  const caller = callerFor({ program })
  const { pid } = await start(caller, program)
  await until(() => readFile(pidFile, 'utf8').catch(() => ''))
  const survivor = Number(await readFile(pidFile, 'utf8'))
  caller.ending.abort()
  await until(async () => !(await lives(pid)))
  assert.ok(await lives(survivor))
  process.kill(survivor, 'SIGKILL')
})

test('16 programs run at the same time, and a handle is used once', async () => {
  const program = await script('waits', 'read -r line')
  const caller = callerFor({ program })
  const { handle } = await start(caller, program)
  const again = service.execStart!({ handle, program, args: [] }, caller)
  assert.is((await codeOf(again)).code, 'REQUEST_MALFORMED')
  for (let count = 1; count < handleLimits.programs; count++) await start(caller, program)
  assert.is((await codeOf(start(caller, program))).code, 'TOO_MANY_REQUESTS')
  await service.execWrite!({ handle, text: '', end: true }, caller)
  await until(() => caller.exitOf(handle))
  await start(caller, program)
})

test('an ordinary user cannot give capabilities, and says so', async () => {
  if (isRoot) skip('needs an ordinary user')
  const program = await script('rights', 'true')
  for (const rule of [
    { program, capabilities: ['NET_RAW'] },
    { program, network: false },
  ] satisfies ExecRule[]) {
    const error = await codeOf(run(callerFor(rule), program))
    assert.is(error.code, 'PROGRAM_UNUSABLE')
    assert.match(error.remedy!, 'run claimd as root')
  }
})

test(
  'an ordinary user runs programs as well',
  async () => {
    if (!isRoot) skip('needs root, to become an ordinary user')
    const runner = fileURLToPath(new URL('../../../../run.js', import.meta.url))
    const become = ['--reuid=61235', '--regid=61235', '--clear-groups', '--']
    const env = { PATH: process.env.PATH, TMPDIR: '/tmp' }
    const { code, stdout } = await new Promise<{ code: number | null; stdout: string }>((resolve) => {
      const args = [...become, process.execPath, runner, 'services/exec/exec-service']
      const child = execFile('/usr/bin/setpriv', args, { env, cwd: '/' }, (_, stdout) =>
        resolve({ code: child.exitCode, stdout }),
      )
    })
    assert.is(code, 0, stdout)
    assert.match(stdout, /1[0-9] passed/)
  },
  { timeout: 60_000 },
)

/** The processes of a group. */
async function membersOf(group: number): Promise<number[]> {
  return (await processes()).filter(({ stat }) => Number(stat[2]) === group).map(({ pid }) => pid)
}

async function sleepers(): Promise<number[]> {
  return (await processes())
    .filter(({ name, uid }) => name === 'sleep' && uid === user.uid)
    .map(({ pid }) => pid)
}

async function processes(): Promise<{ pid: number; name: string; uid: number; stat: string[] }[]> {
  const found = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const line = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
    const end = line.lastIndexOf(')')
    const { uid } = await stat(`/proc/${entry}`).catch(() => ({ uid: -1 }))
    if (end > 0) {
      const name = line.slice(line.indexOf('(') + 1, end)
      found.push({ pid: Number(entry), name, uid, stat: line.slice(end + 2).split(' ') })
    }
  }
  return found
}

test.run()
