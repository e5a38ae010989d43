import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import type { Act, ActResult, Question } from '../../../../host/core/kernel/provider-port.js'
import { defaultDeadlines } from '../../../../host/plugin-host/deadlines.js'
import { LogLines } from '../../../../host/plugin-host/logs/log-lines.js'
import { Supervisor } from '../../../../host/plugin-host/supervisor/supervisor.js'
import { suite } from '../../../harness.js'
import { adapter, until } from '../support.js'
import { version } from './world.js'

const test = suite('plugin-host/acts')
const child = fileURLToPath(new URL('acting-child.js', import.meta.url))
let folder: string
let supervisor: Supervisor
let results: { act: Act; result: ActResult }[]
let answers: number
let notes: string[]
let lastId = 0

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-acts-'))
  results = []
  answers = 0
  notes = []
  const quarantined = new Map<string, string>()
  supervisor = new Supervisor(
    { found: version('a', false), lastGood: null, isGood: true, disabled: null },
    {
      deadlines: { ...defaultDeadlines, probationMs: 60_000 },
      options: { inspect: null, spareWaits: false },
      log: new LogLines(
        () => {},
        () => {},
      ),
      launch: ({ build }) =>
        spawn(process.execPath, [child, join(folder, 'acts'), build], {
          stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
          detached: true,
        }),
      data: () => folder,
      serve: async () => ({}),
      held: () => [],
      refusal: ({ build }) => {
        const why = quarantined.get(build)
        return why === undefined ? null : { state: 'quarantined', why, awaitsTrust: false }
      },
      quarantine: (build, reason) => quarantined.set(build, reason),
      rememberGood: () => {},
    },
    {
      event: () => answers++,
      actEnded: (act, result) => results.push({ act, result }),
      availability: () => {},
      note: (type) => notes.push(type),
    },
  )
})

test.after.each(async () => {
  await supervisor.retire('the test is over')
  rmSync(folder, { recursive: true })
})

const connect = (fence: number): Act => ({ fence, kind: 'connect', provider: 'p/main', parameters: {} })
const sent = () => {
  try {
    return readFileSync(join(folder, 'acts'), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

/** Says something to the process that answers: see `acting-child`. */
async function say(connection: string): Promise<void> {
  const id = ++lastId
  const before = answers
  const question: Question = {
    id,
    kind: 'offer',
    provider: 'p/main',
    adapter: adapter('t', id),
    connection,
    evidence: null,
    fence: 1000 + id,
  }
  supervisor.ask([question])
  await until(() => answers > before)
}

test('an act is sent once, and its answer comes back', async () => {
  supervisor.act(connect(1))
  await until(() => sent().length === 1)
  assert.equal(results, [])
  await say('answer')
  await until(() => results.length === 1)
  assert.equal(results[0]!.result, { outcome: 'done', answer: { build: 'a' } })
})

test('an act whose process ends is interrupted, and sent to no other process', async () => {
  supervisor.act(connect(1))
  await until(() => sent().length === 1)
  await say('end')
  await until(() => results.length === 1)
  assert.is(results[0]!.result.outcome, 'interrupted')
  await until(() => supervisor.row.state === 'idle')
  await say('hello')
  supervisor.act(connect(2))
  await until(() => sent().length === 2)
  assert.equal(sent(), ['a 1', 'a 2'])
})

test('a version that is saved takes over when no act is open; what comes meanwhile is its own', async () => {
  supervisor.act(connect(1))
  await until(() => sent().length === 1)
  supervisor.found(version('b', false), null)
  await until(() => notes.includes('plugin-reload-started'))
  await until(() => supervisor.versions.candidate?.pid)
  // The candidate has nothing to verify: once it is active, only the act is in its way.
  await new Promise((resolve) => setTimeout(resolve, 500))
  assert.not(notes.includes('plugin-reloaded'))
  supervisor.act(connect(2))
  assert.equal(sent(), ['a 1'])
  await say('answer')
  await until(() => notes.includes('plugin-reloaded'))
  await until(() => sent().length === 2)
  assert.equal(sent(), ['a 1', 'b 2'])
  assert.equal(results[0]!.result, { outcome: 'done', answer: { build: 'a' } })
})

test('what was interrupted by a crash in the probation is not sent to the version that is back', async () => {
  await say('hello')
  supervisor.found(version('b', false), null)
  await until(() => notes.includes('plugin-reloaded'))
  supervisor.act(connect(1))
  await until(() => sent().length === 1)
  await say('end')
  await until(() => notes.includes('plugin-rolled-back'))
  assert.equal(
    results.map(({ result }) => result.outcome),
    ['interrupted'],
  )
  await say('hello')
  assert.equal(sent(), ['b 1'])
  assert.is(supervisor.current.build, 'a')
})

test.run()
