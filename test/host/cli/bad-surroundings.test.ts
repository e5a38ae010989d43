import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { allCommands } from './all-commands.js'

const test = suite('cli/bad surroundings', { timeout: 60_000 })
const program = fileURLToPath(new URL('../../../host/cli/claimd.js', import.meta.url))
const children: ChildProcess[] = []
let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-bad-'))
})
test.after.each(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** One of each way that a command fails: these are tried in all surroundings, the others in the first alone. */
const everywhere = [
  'status',
  'monitor',
  'disconnect x',
  'run --config=',
  'help nothing',
  'plugin new FOLDER/file/x',
]

/** Every command, given so that it fails without a daemon, with its exit code. */
const failures: [line: string, code: number][] = [
  ...[
    'status',
    'adapters',
    'adapter x',
    'connections',
    'providers',
    'plugins',
    'explain x',
    'journal',
    'monitor',
  ]
    .concat([
      'offer x',
      'release x --reason y',
      'disconnect x',
      'disconnect --all',
      'connect x',
      'hold x true',
      'connection add x --type y',
      'connection show x',
      'connection edit x',
      'connection delete x',
      'plugin show x',
      'plugin log x',
      'plugin trust x',
      'plugin untrust x',
      'plugin enable x',
      'plugin disable x',
      'plugin reload x',
    ])
    .map((line): [string, number] => [line, 8]),
  ['run --config=', 2],
  ['run --no-bundled --state /proc/claimd', 2],
  ['doctor --state=', 2],
  ['help nothing', 2],
  ['plugin new FOLDER/file/x', 12],
  ['replay FOLDER/none', 10],
  ['config check FOLDER/none', 10],
  ['plugin check FOLDER/none', 10],
  // It writes into the working folder, which is gone in the surroundings where it is tried.
  ['plugin pack FOLDER/none', 2],
  ['plugin verify FOLDER/none', 10],
  ['plugin install FOLDER/none', 10],
  ['plugin remove x --state FOLDER/none', 10],
]

/** A shell runs `script` with the command as its arguments; the document goes into a file where it can. */
async function follow(line: string, script: string) {
  const words = [
    ...line.replaceAll('FOLDER', folder).split(' '),
    '--json',
    '--socket',
    join(folder, 'none.sock'),
  ]
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, program, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, OUT: join(folder, 'out'), ERR: join(folder, 'err') },
    stdio: 'ignore',
  })
  children.push(child)
  const [code] = await once(child, 'close')
  const read = (name: string) => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return ''
    }
  }
  return { code, out: read('out'), err: read('err') }
}

/** Whether the document can be read is the last value. */
const surroundings: [title: string, script: string, tells: boolean][] = [
  [
    'in a folder that is gone, without HOME, with a broken locale and terminal',
    'mkdir "$OUT.d"; cd "$OUT.d"; rmdir "$OUT.d"; exec env -i LC_ALL=xx LANG=yy TERM=none "$@" >"$OUT" 2>"$ERR"',
    true,
  ],
  ['with standard input, output and error closed', 'exec "$@" <&- >&- 2>&-', false],
  [
    'with a reader that is gone',
    'exec 2>"$ERR"; { "$@"; echo $? >"$OUT.code"; } | true; exit $(cat "$OUT.code")',
    false,
  ],
]

test('every command is tried', async () => {
  const missing = (await allCommands()).filter(
    (name) => !failures.some(([line]) => line === name || line.startsWith(`${name} `)),
  )
  assert.equal(missing, [])
})

for (const [index, [title, script, tells]] of surroundings.entries()) {
  const tried = index === 0 ? failures : failures.filter(([line]) => everywhere.includes(line))
  test(`${title}: every failure keeps its exit code and its document, without a stack trace`, async () => {
    writeFileSync(join(folder, 'file'), '')
    const faults: string[] = []
    const tries = tried.map(([line, expected]) => async () => {
      const { code, out, err } = await follow(line, script)
      if (code !== expected) faults.push(`${line}: exit code ${code}, not ${expected}: ${err}`)
      if (/^\s+at .*:\d+/m.test(err)) faults.push(`${line}: ${err}`)
      if (tells && typeof JSON.parse(out).code !== 'string') faults.push(`${line}: ${out}`)
    })
    for (const one of tries) await one()
    assert.equal(faults, [])
  })
}

test.run()
