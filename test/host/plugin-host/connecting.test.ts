import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { ConnectionQuestion, DialAct } from '../../../host/core/kernel/provider-port.js'
import type { Deadlines } from '../../../host/plugin-host/deadlines.js'
import { suite } from '../../harness.js'
import { adapter, Lab, lives, until } from './support.js'

const test = suite('plugin-host/connecting')
let lab: Lab
let lastId = 0

const start = async (deadlines: Partial<Deadlines> = {}) => {
  lab = await Lab.start(['dials'], deadlines)
}
test.after.each(() => lab.end())

type Asked<Question> = Question extends unknown ? Omit<Question, 'id' | 'provider' | 'connection'> : never

/** Configures a connection, whose methods do what the programs say. */
function reference(programs: Record<string, unknown>, name = 'office') {
  const config = JSON.stringify(programs)
  lab.configs.set(config, programs)
  return { name, type: 'lab', config }
}

/** Asks about a connection, and waits for the answer. */
async function ask(
  asked: Asked<ConnectionQuestion>,
  programs: Record<string, unknown>,
  provider = 'dials/main',
) {
  const question = { ...asked, id: ++lastId, provider, connection: reference(programs) } as ConnectionQuestion
  lab.host.ask([question])
  await until(() => lab.connectionAnswers.some((event) => event.question.id === question.id))
  const event = lab.connectionAnswers.find((event) => event.question.id === question.id)!
  // The core never sees what is configured.
  assert.is(event.question, question)
  return event.answer
}

function act(
  kind: DialAct['kind'],
  fence: number,
  program: string,
  { provider = 'dials/main', link = null as DialAct['parameters']['adapter'] } = {},
): DialAct {
  const connection = reference({ [kind]: program })
  return { fence, kind, provider, parameters: { connection, adapter: link } }
}

/** Has something done, and waits for what came of it. */
async function done(one: DialAct) {
  lab.host.act(one)
  return (await endOf(one)).result
}

async function endOf({ fence, kind }: DialAct) {
  const ends = () => lab.ended.filter(({ act }) => act.fence === fence && act.kind === kind)
  await until(() => ends().length > 0)
  assert.is(ends().length, 1, 'an act has one result')
  return ends()[0]!
}

/** As the schema's faults say it. */
const remedy = 'Make it a text, in quotation marks'

const echo = (result: string) =>
  `const { signal, ...rest } = call; return { result: 'UNEXPECTED', reason: JSON.stringify(${result}) + signal.aborted }`

test('a provider is asked about a connection with what is configured for it', async () => {
  await start()
  const one = adapter('t1', 1)
  const resources =
    "return { result: 'SUCCESS', adapters: call.adapters.map(({ id }) => id), resources: [{ id: 'r', capacity: 2, more: 1 }], more: 1 }"
  assert.equal(await ask({ kind: 'resources', adapters: [one] }, { resources }), {
    result: 'SUCCESS',
    adapters: ['1.1'],
    resources: [{ id: 'r', capacity: 2 }],
  })
  assert.equal(
    await ask(
      { kind: 'resources', adapters: [] },
      { resources: "return { result: 'SUCCESS', adapters: null }" },
    ),
    {
      result: 'SUCCESS',
      adapters: null,
    },
  )
  const validate = echo('rest')
  assert.equal(await ask({ kind: 'validate' }, { validate }), {
    result: 'UNEXPECTED',
    reason: `${JSON.stringify({ connection: 'office', type: 'lab', config: { validate } })}false`,
  })
  for (const answer of [
    { result: 'SUCCESS', adapters: null, linkKey: 'there' },
    { result: 'NOT_SUPPORTED', linkKey: 'there' },
  ]) {
    const resources = `return ${JSON.stringify(answer)}`
    assert.equal(await ask({ kind: 'resources', adapters: [] }, { resources }), answer)
  }
  assert.equal(
    await ask(
      { kind: 'status', adapter: one, fence: 7 },
      {
        status: "return { result: 'SUCCESS', state: 'suspended', reason: call.adapter.name + call.fence }",
      },
    ),
    { result: 'SUCCESS', state: 'suspended', reason: 't17' },
  )
})

test('what a provider tells of a connection is taken as far as its form is right', async () => {
  await start()
  const about = { kind: 'typeSpecific', adapter: adapter('t1', 1), fence: 7 } as const
  const tell = (info: string) =>
    ask(about, { typeSpecific: `return { result: 'SUCCESS', info: ${info}, more: 1 }` })
  assert.equal(await tell('{ signal: 71, name: call.adapter.name, "data roaming": false }'), {
    result: 'SUCCESS',
    info: { signal: 71, name: 't1', 'data roaming': false },
  })
  for (const wrong of ['{ a: {} }', '{ a: null }', '[1]', '7', '{ "\\u001b[31m": 1 }', '{ "": 1 }']) {
    const { result, reason } = (await tell(wrong)) as { result: string; reason: string }
    assert.is(result, 'UNEXPECTED', wrong)
    assert.match(reason, 'answered with garbage')
  }
})

test('a provider without a method does not implement it', async () => {
  await start()
  const kinds: Asked<ConnectionQuestion>[] = [
    { kind: 'resources', adapters: [] },
    { kind: 'validate' },
    { kind: 'status', adapter: null, fence: 1 },
    { kind: 'typeSpecific', adapter: null, fence: 1 },
  ]
  for (const asked of kinds) {
    const answer = await ask(asked, {}, 'dials/bare')
    assert.equal(answer, { result: 'NOT_IMPLEMENTED', reason: `it has no method ${asked.kind}` })
  }
  for (const kind of ['connect', 'disconnect'] as const) {
    assert.equal(await done(act(kind, 1, '', { provider: 'dials/bare' })), {
      outcome: 'done',
      answer: { result: 'NOT_IMPLEMENTED', reason: `it has no method ${kind}` },
    })
  }
})

test('a config that the schema refuses is answered with its faults, and starts no plugin', async () => {
  await start()
  const answer = await ask({ kind: 'validate' }, { connect: 5, a: { b: 1 } })
  assert.equal(answer, {
    result: 'INVALID_PARAMETER',
    reason: 'its config is not as the schema of dials/main says',
    faults: [
      { field: 'connect', found: 'a number', expected: 'a text', remedy },
      { field: 'a', found: 'an object with "b"', expected: 'a text', remedy },
    ],
  })
  assert.is(lab.row('dials').pid, null)
  // One that the schema accepts, the provider judges.
  const fault = "{ field: 'connect', found: 'a', expected: 'b' }"
  const validate = `return { result: 'INVALID_PARAMETER', reason: 'no', faults: [${fault}] }`
  assert.equal(await ask({ kind: 'validate' }, { validate }), {
    result: 'INVALID_PARAMETER',
    reason: 'no',
    faults: [{ field: 'connect', found: 'a', expected: 'b' }],
  })
  assert.equal(await ask({ kind: 'validate' }, { validate: "return { result: 'SUCCESS' }" }), {
    result: 'SUCCESS',
  })
})

test('what was cancelled while the schema was looked at is neither asked nor answered', async () => {
  await start()
  const connection = reference({ validate: "return { result: 'SUCCESS' }" })
  lab.host.ask([{ kind: 'validate', id: ++lastId, provider: 'dials/main', connection }])
  lab.host.cancel([lastId])
  assert.equal(await ask({ kind: 'validate' }, { a: 1 } as never), {
    result: 'INVALID_PARAMETER',
    reason: 'its config is not as the schema of dials/main says',
    faults: [{ field: 'a', found: 'a number', expected: 'a text', remedy }],
  })
  assert.is(lab.connectionAnswers.length, 1)
  assert.is(lab.row('dials').pid, null)
})

test('without the configuration that a fingerprint stands for, no plugin is asked or started', async () => {
  await start()
  const gone = { name: 'gone', type: 'lab', config: 'unknown' }
  const id = ++lastId
  lab.host.ask([{ kind: 'status', id, provider: 'dials/main', connection: gone, adapter: null, fence: 1 }])
  await until(() => lab.connectionAnswers.length === 1)
  const reason = 'the configuration of gone is not known any more'
  assert.equal(lab.connectionAnswers[0]!.answer, { result: 'UNEXPECTED', reason })
  const parameters = { connection: gone, adapter: null }
  assert.equal(await done({ kind: 'connect', fence: 1, provider: 'dials/main', parameters }), {
    outcome: 'not-sent',
    reason,
  })
  assert.is(lab.row('dials').pid, null)
})

test('a throw, garbage and silence are answers', async () => {
  await start({ statusMs: 100 })
  const status = async (program: string) => {
    const answer = await ask({ kind: 'status', adapter: null, fence: 1 }, { status: program })
    assert.is(answer.result, 'UNEXPECTED')
    return answer.result === 'UNEXPECTED' ? answer.reason! : ''
  }
  assert.match(await status('throw new Error("oh")'), /^threw Error: oh/)
  assert.is(await status(''), 'answered with garbage: the answer must be object; it is missing')
  assert.match(
    await status("return { result: 'SUCCESS' }"),
    "answered with garbage: the answer must have required property 'state'",
  )
  assert.match(
    await status("return { result: 'SUCCESS', state: 'up' }"),
    'answered with garbage: the answer/state',
  )
  assert.match(
    await status("return { result: 'PENDING', retryAfterMs: 1 }"),
    'answered with garbage: the answer/result',
  )
  assert.match(
    await status("return { result: 'UNEXPECTED', cause: 'moon' }"),
    'answered with garbage: the answer/cause',
  )
  assert.is(await status('await new Promise(() => {})'), 'timed out: no answer within 0.1 s')
  const resources = (answer: string) =>
    ask({ kind: 'resources', adapters: [] }, { resources: `return ${answer}` })
  for (const garbage of [
    "{ result: 'SUCCESS' }",
    "{ result: 'SUCCESS', adapters: [1] }",
    "{ result: 'SUCCESS', adapters: null, resources: [{ id: 'a', capacity: 0 }] }",
  ])
    assert.is((await resources(garbage)).result, 'UNEXPECTED')
})

test('a connect has all that is needed for it, and its answer comes back; the disconnect as well', async () => {
  await start()
  const link = adapter('t1', 1)
  const connect =
    "return { result: 'SUCCESS', more: 1, evidence: JSON.stringify([call.connection, call.type, Object.keys(call.config), call.adapter.name, call.fence]) }"
  assert.equal(await done(act('connect', 7, connect, { link })), {
    outcome: 'done',
    answer: { result: 'SUCCESS', evidence: '["office","lab",["connect"],"t1",7]' },
  })
  const disconnect =
    "return { result: 'UNEXPECTED', cause: 'no-answer', reason: [call.origin, call.fence, call.adapter].join() }"
  assert.equal(await done(act('disconnect', 7, disconnect)), {
    outcome: 'done',
    answer: { result: 'UNEXPECTED', cause: 'no-answer', reason: 'dialled,7,' },
  })
})

test('what a provider throws or answers with garbage to an act is a failure of the act', async () => {
  await start()
  const answerTo = async (fence: number, program: string) => {
    const result = await done(act('connect', fence, program))
    if (result.outcome !== 'done' || result.answer.result === 'SUCCESS')
      throw new Error(JSON.stringify(result))
    assert.is(result.answer.result, 'UNEXPECTED')
    return result.answer.reason!
  }
  assert.match(
    await answerTo(1, 'throw new Error("no carrier")'),
    /^threw Error: no carrier \(at index\.js:\d+/,
  )
  await until(() => lab.log('dials').some((line) => line.startsWith('Error: no carrier')))
  assert.is(await answerTo(2, ''), 'answered with garbage: the answer must be object; it is missing')
  assert.match(
    await answerTo(3, "return { result: 'SUCCESS', evidence: 5 }"),
    'the answer/evidence must be string',
  )
  assert.is(await answerTo(4, 'return 5n'), 'answered with what cannot be sent')
  assert.is(
    await answerTo(5, "return { result: 'SUCCESS', evidence: 'x'.repeat(100_000) }"),
    'answered with more than 65536 characters',
  )
})

test('while a connect is open it is told how far it has come: the first at once, then the latest', async () => {
  await start()
  const program = `
    call.progress({ state: 'associating' })
    for (let at = 0; at < 1000; at++) call.progress({ text: \`try \${at}\` })
    await new Promise((resolve) => setTimeout(resolve, 250))
    setTimeout(() => call.progress({ text: 'too late' }), 20)
    return { result: 'SUCCESS' }`
  assert.is((await done(act('connect', 3, program))).outcome, 'done')
  await delay(150)
  assert.equal(
    lab.progress.map(({ provider, fence, progress }) => [provider, fence, progress]),
    [
      ['dials/main', 3, { state: 'associating' }],
      ['dials/main', 3, { text: 'try 999' }],
    ],
  )
})

test('what is told of progress and makes no sense is refused where it is called', async () => {
  await start()
  const program = `
    const refused = []
    for (const wrong of [{ state: 'flying' }, { text: 5 }, 'half way', { percent: 5 }])
      try { call.progress(wrong) } catch ({ code }) { refused.push(code) }
    return { result: 'SUCCESS', evidence: refused.join(' ') }`
  const result = await done(act('connect', 3, program))
  assert.equal(result, {
    outcome: 'done',
    answer: { result: 'SUCCESS', evidence: Array(4).fill('REQUEST_MALFORMED').join(' ') },
  })
  assert.equal(lab.progress, [])
})

test('a cancel aborts the call; the provider answers, and goes on', async () => {
  await start()
  const program =
    "call.progress({}); await new Promise((resolve) => call.signal.addEventListener('abort', resolve)); return { result: 'UNEXPECTED', cause: 'cancelled', reason: 'stopped' }"
  const connect = act('connect', 1, program)
  lab.host.act(connect)
  await until(() => lab.progress.length === 1)
  const { pid } = lab.row('dials')
  lab.host.cancelAct(connect)
  assert.equal((await endOf(connect)).result, {
    outcome: 'done',
    answer: { result: 'UNEXPECTED', cause: 'cancelled', reason: 'stopped' },
  })
  assert.is(lab.row('dials').pid, pid)
})

test('a provider that does not end a connect in time after its cancel is ended, and the connect is interrupted', async () => {
  await start({ cancelMs: 200 })
  const [stuck, other] = [
    act('connect', 1, 'call.progress({}); await new Promise(() => {})'),
    act('connect', 2, 'call.progress({}); await new Promise(() => {})'),
  ]
  lab.host.act(stuck)
  lab.host.act(other)
  await until(() => lab.progress.length === 2)
  const pid = lab.row('dials').pid!
  const began = performance.now()
  lab.host.cancelAct(stuck)
  lab.host.cancelAct(stuck)
  const reason = 'it did not end connect within 0.2 s of its cancel'
  assert.equal((await endOf(stuck)).result, { outcome: 'interrupted', reason })
  assert.ok(performance.now() - began >= 190)
  // What the process was doing beside it has ended with it.
  assert.equal((await endOf(other)).result, { outcome: 'interrupted', reason })
  await until(async () => !(await lives(pid)))
  assert.is(lab.noted('plugin-ended', 'dials')!.because, reason)
  await until(() => lab.row('dials').state === 'idle')
  // Nothing comes of it any more.
  lab.host.cancelAct(stuck)
  const disconnect = act('disconnect', 1, "return { result: 'SUCCESS' }")
  assert.equal(await done(disconnect), { outcome: 'done', answer: { result: 'SUCCESS' } })
  assert.is(lab.ended.length, 3)
})

test('a connect that is cancelled before it was sent never reaches its provider', async () => {
  await start()
  const connect = act('connect', 1, "context.log('called')")
  lab.host.act(connect)
  lab.host.cancelAct(connect)
  assert.equal((await endOf(connect)).result, {
    outcome: 'not-sent',
    reason: 'it was cancelled before the provider was called',
  })
  assert.is((await done(act('connect', 2, "return { result: 'SUCCESS' }"))).outcome, 'done')
  assert.not(lab.log('dials').includes('called'))
})

test('16 connects that never end keep no offer, verify or question from its answer', async () => {
  await start()
  for (let fence = 1; fence <= 16; fence++) lab.host.act(act('connect', fence, 'await new Promise(() => {})'))
  await until(() => lab.row('dials').state === 'running')
  const began = performance.now()
  const offers = await Promise.all(Array.from({ length: 40 }, (_, at) => lab.ask('dials', `t${at}`)))
  assert.ok(offers.every(({ result }) => result === 'SUCCESS'))
  assert.is((await lab.ask('dials', 't1', { kind: 'verify' })).result, 'SUCCESS')
  const status = "return { result: 'SUCCESS', state: 'connected' }"
  assert.is((await ask({ kind: 'status', adapter: null, fence: 1 }, { status })).result, 'SUCCESS')
  assert.ok(performance.now() - began < 1_500, 'in time')
  assert.equal(lab.ended, [])
})

test('40 questions about connections that are never answered keep no offer waiting', async () => {
  await start({ resourcesMs: 60_000 })
  const about = {
    provider: 'dials/main',
    connection: reference({ resources: 'await new Promise(() => {})' }),
  }
  const slow = Array.from({ length: 40 }, (_, at) => ({ ...about, id: 10_000 + at, adapters: [] }))
  lab.host.ask(slow.map((one) => ({ ...one, kind: 'resources' as const })))
  await until(() => lab.row('dials').state === 'running')
  const offers = await Promise.all(Array.from({ length: 40 }, (_, at) => lab.ask('dials', `t${at}`)))
  assert.ok(offers.every(({ result }) => result === 'SUCCESS'))
  assert.equal(lab.connectionAnswers, [])
})

test('a report says which provider brought the connection up, whatever it reports', async () => {
  await start()
  const states = ['suspended', 'resumed', 'changed', 'lost']
  const program = `for (const state of ${JSON.stringify(states)}) context.connections.report('office', call.fence, state, 'so'); return { result: 'SUCCESS' }`
  await done(act('connect', 9, program))
  await until(() => lab.reports.length === 4)
  assert.equal(
    lab.reports.map(({ provider, fence, state }) => [provider, fence, state]),
    states.map((state) => ['dials/main', 9, state]),
  )
})

test.run()
