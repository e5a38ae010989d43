import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { logFileLimit } from '../../../../host/plugin-host/logs/log-file.js'
import { PluginLogs } from '../../../../host/plugin-host/logs/plugin-logs.js'
import { Places } from '../../../../host/plugin-host/places.js'
import { suite } from '../../../harness.js'
import { Lab, until } from '../support.js'

const test = suite('plugin-host/logs')
let state: string
let logs: PluginLogs
let lines: string[]
let problems: string[]

test.before.each(async () => {
  state = await mkdtemp(join(tmpdir(), 'claimd-logs-'))
  lines = []
  problems = []
  logs = new PluginLogs(new Places(state), {
    line: (plugin, stream, text) => lines.push(`${plugin} ${stream} ${text}`),
    unwritable: (plugin, message) => problems.push(`${plugin}: ${message}`),
  })
})
test.after.each(() => rm(state, { recursive: true }))

test('a line is written with its time and stream, for its owner alone, and told at once', async () => {
  logs.write('@acme/lab', 'stderr', 'one')
  logs.write('@acme/lab', 'log', 'two')
  logs.write('other', 'log', 'three')
  assert.equal(lines, ['@acme/lab stderr one', '@acme/lab log two', 'other log three'])
  await logs.settled()
  const path = join(state, 'logs', '@acme+lab.log')
  assert.match(await readFile(path, 'utf8'), /^\d{4}-\d\d-\d\dT[\d:.]+Z stderr {2}one\n\S+Z log {5}two\n$/)
  assert.is((await stat(path)).mode & 0o777, 0o600)
  assert.is((await stat(join(state, 'logs'))).mode & 0o777, 0o700)
})

test('a full file becomes the old one, and one old one is kept', async () => {
  const text = 'x'.repeat(logFileLimit / 10)
  for (let line = 0; line < 35; line++) {
    logs.write('a', 'log', `${line} ${text}`)
    await logs.settled()
  }
  assert.equal((await readdir(join(state, 'logs'))).sort(), ['a.log', 'a.log.1'])
  for (const name of ['a.log', 'a.log.1']) {
    assert.ok((await stat(join(state, 'logs', name))).size <= logFileLimit)
  }
  const { lines: read } = await logs.read('a', 12)
  assert.equal(
    read.map((line) => line.split(/\s+/)[2]),
    Array.from({ length: 12 }, (_, index) => `${23 + index}`),
  )
})

test('the log is still there for the next host', async () => {
  logs.write('a', 'log', 'before')
  await logs.settled()
  const next = new PluginLogs(new Places(state), { line: () => {}, unwritable: () => {} })
  next.write('a', 'log', 'after')
  assert.equal(
    (await next.read('a', 10)).lines.map((line) => line.split(' ').at(-1)),
    ['before', 'after'],
  )
})

test('no name of a plugin leads out of the folder of the logs', async () => {
  await mkdir(join(state, 'logs'))
  await writeFile(join(state, 'secret.log'), 'secret\n')
  for (const name of ['../secret', 'a/../../secret', '/../secret', 'none']) {
    assert.equal((await logs.read(name, 10)).lines, [], name)
  }
})

test('a log that cannot be written is told once, and so is nothing when it can be again', async () => {
  await mkdir(join(state, 'logs'))
  await symlink('/dev/full', join(state, 'logs', 'a.log'))
  for (let line = 0; line < 3; line++) {
    logs.write('a', 'log', 'x')
    await logs.settled()
  }
  assert.is(problems.length, 1)
  await rm(join(state, 'logs', 'a.log'))
  logs.write('a', 'log', 'works')
  assert.is((await logs.read('a', 10)).lines.length, 1)
  assert.is(problems.length, 1)
})

test('what a plugin says goes to its log, and not to the journal', async () => {
  const lab = await Lab.start(['asks'])
  try {
    await lab.ask(
      'asks',
      `context.log('a\\u001b[31m'); context.log.warn('b'); context.log.error('c'); console.log('d'); console.error('e')`,
    )
    await until(() => lab.log('asks').length >= 5)
    await lab.host.stop()
    const said = lab.lines.map(({ stream, line }) => `${stream} ${line}`)
    assert.equal(said.sort(), ['error c', 'log a\\u{1b}[31m', 'stderr e', 'stdout d', 'warn b'])
    assert.is((await lab.host.log('asks', 100, null)).lines.length, 5)
    assert.not(lab.notes.some(({ message }) => message.includes('31m')))
  } finally {
    await lab.end()
  }
})

test.run()
