import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Lab, until } from './support.js'

const test = suite('plugin-host/answers')
let lab: Lab
const short = { offerMs: 300, verifyMs: 300, acknowledgeMs: 1500, deactivateMs: 1000 }

test.before(async () => {
  lab = await Lab.start(
    [
      'good',
      'declines',
      'throws',
      'rejects',
      'never-answers',
      'garbage',
      'late',
      'shows-environment',
      'keeps-order',
    ],
    short,
  )
})
test.after(() => lab.end())

test('no process runs before the first question, and then one', async () => {
  assert.is(lab.row('declines').state, 'idle')
  assert.is(lab.row('declines').pid, null)
  await lab.ask('declines', 't1')
  assert.is(lab.row('declines').state, 'running')
  assert.type(lab.row('declines').pid, 'number')
})

test('a claim, a decline, a throw and a rejection arrive as they were given', async () => {
  const claim = await lab.asked('good', 't1')
  assert.is(claim.answer.result, 'SUCCESS')
  assert.ok(claim.ms > 0 && claim.ms < 300)
  assert.equal(await lab.ask('good', 'x1'), { result: 'INVALID_CONNECTION', reason: 'not a t link' })
  assert.equal(await lab.ask('throws', 't1'), {
    result: 'UNEXPECTED',
    reason: 'threw TypeError: a bug in the plugin (at index.js:4:13)',
  })
  assert.equal(await lab.ask('rejects', 't1'), {
    result: 'UNEXPECTED',
    reason: 'threw Error: a bug after an await (at index.js:4:13)',
  })
})

test('without verify the provider is asked again: only the same name is a yes', async () => {
  assert.is((await lab.ask('good', 't1', { kind: 'verify' })).result, 'SUCCESS')
  assert.is((await lab.ask('good', 'x1', { kind: 'verify' })).result, 'INVALID_CONNECTION')
  const other = await lab.ask('keeps-order', 't1', { kind: 'verify', connection: 'another' })
  assert.equal(other, { result: 'SUCCESS', connection: 'another' })
})

test('a question that is never answered costs its deadline, and is aborted', async () => {
  const { answer, ms } = await lab.asked('never-answers', 't1')
  assert.equal(answer, { result: 'UNEXPECTED', reason: 'timed out: no answer within 0.3 s' })
  assert.ok(ms >= 300)
  await until(() => lab.log('never-answers').includes('aborted'))
  assert.is(lab.row('never-answers').state, 'running')
})

test('a late answer is delivered as a second one', async () => {
  const { question, answer } = await lab.asked('late', 't1')
  assert.is(answer.result, 'UNEXPECTED')
  await until(() => lab.answersOf(question.id).length === 2)
  assert.is(lab.answersOf(question.id)[1]!.answer.result, 'SUCCESS')
})

test('a claim that arrives after a cancel is delivered, and nothing else is', async () => {
  const [kept, dropped] = [lab.question('late/main', 't1'), lab.question('never-answers/main', 't1')]
  lab.host.ask([kept, dropped])
  await lab.ask('good', 't1')
  lab.host.cancel([kept.id, dropped.id])
  await until(() => lab.answersOf(kept.id).length > 0)
  assert.is(lab.answersOf(kept.id)[0]!.answer.result, 'SUCCESS')
  assert.equal(lab.answersOf(dropped.id), [])
})

test('what is no answer is told as garbage, with what is wrong with it', async () => {
  const expected: Record<string, RegExp> = {
    nothing: /must be object.* missing/,
    nil: /must be object/,
    text: /must be object/,
    list: /must be object/,
    unknown: /result must be equal to one of/,
    nameless: /required property 'connection'/,
    number: /connection must be string/,
    endless: /connection must NOT have more than 1024 characters/,
    impatient: /required property 'retryAfterMs'/,
    past: /retryAfterMs must be >= 0/,
    infinite: /retryAfterMs must be number/,
    reason: /reason must be string/,
    bigint: /cannot be sent/,
    polluting: /required property 'result'/,
  }
  for (const [name, pattern] of Object.entries(expected)) {
    const answer = await lab.ask('garbage', name)
    assert.is(answer.result, 'UNEXPECTED', name)
    assert.match('reason' in answer ? answer.reason! : '', pattern)
  }
})

test('at most 32 questions are outstanding; the others follow when slots are freed', async () => {
  const questions = Array.from({ length: 100 }, (_, index) => lab.question('good/main', `t${index}`))
  lab.host.ask(questions)
  await until(() => questions.every(({ id }) => lab.answersOf(id).length === 1))
  const hanging = Array.from({ length: 40 }, (_, index) => lab.question('never-answers/main', `t${index}`))
  lab.host.ask(hanging)
  await until(() => hanging.every(({ id }) => lab.answersOf(id).length === 1))
  const times = hanging.map(({ id }) => lab.answers.findIndex(({ question }) => question.id === id))
  assert.ok(Math.max(...times.slice(0, 32)) < Math.min(...times.slice(32)))
})

test('a provider that nobody has is answered for', async () => {
  const question = lab.question('nobody/main', 't1')
  lab.host.ask([question])
  assert.equal(lab.answersOf(question.id), [], 'not within the call')
  await until(() => lab.answersOf(question.id).length > 0)
  assert.equal(lab.answersOf(question.id)[0]!.answer, {
    result: 'UNEXPECTED',
    reason: 'there is no provider nobody/main',
  })
})

test('the plugin sees nothing of the environment of its host', async () => {
  process.env.CLAIMD_TEST_SECRET = 'secret'
  const answer = await lab.ask('shows-environment', 't1')
  assert.is(answer.result, 'SUCCESS')
  const seen = JSON.parse('evidence' in answer ? answer.evidence! : '')
  assert.equal(seen, { env: [], cwd: '/', argv: 2, ppid: process.pid })
})

test('configured connections reach the plugins of their type, also while they run', async () => {
  lab.host.setConnections([
    { name: 'office', type: 'lab', config: {} },
    { name: 'other', type: 'wwan', config: {} },
  ])
  const answer = await lab.ask('good', 't1')
  assert.is('evidence' in answer && answer.evidence, 'configured: office')
  lab.host.setConnections([])
  const after = await lab.ask('good', 't1')
  assert.is('evidence' in after && after.evidence, 'configured: ')
})

test('a report carries the provider of the claim; a release is told', async () => {
  const { question } = await lab.asked('good', 'tlost')
  await until(() => lab.reports.length > 0)
  assert.equal(lab.reports[0], {
    type: 'report',
    provider: 'good/main',
    connection: 'tlost',
    fence: question.fence,
    state: 'lost',
    reason: 'unplugged',
  })
  lab.host.released('good/main', {
    adapter: question.adapter,
    connection: 'tlost',
    fence: question.fence,
    reason: 'gone',
  })
  await until(() => lab.log('good').includes('released tlost: gone'))
})

test('a report with more words than anybody reads is cut, and not lost', async () => {
  await lab.asked('good', 'thuge')
  const report = () => lab.reports.find(({ connection }) => connection === 'thuge')
  await until(() => report() !== undefined)
  assert.match(report()!.reason, /^x{999}…$/)
})

test('CM-13: activation comes before every other call, and deactivation after all of them', async () => {
  const own = await Lab.start(['keeps-order'])
  try {
    own.host.ask(['t1', 't2'].map((name) => own.question('keeps-order/main', name)))
    await own.ask('keeps-order', 't3', { kind: 'verify' })
    const { adapter } = own.question('keeps-order/main', 't1')
    own.host.released('keeps-order/main', { adapter, connection: 't1', fence: 1, reason: 'gone' })
    await until(() => own.log('keeps-order').includes('released t1'))
  } finally {
    await own.end()
  }
  assert.equal(own.log('keeps-order'), [
    'activate',
    'claim t1',
    'claim t2',
    'verify t3',
    'released t1',
    'deactivate',
    'dispose second',
    'dispose first',
  ])
})

test('CM-14: a plugin that needs a newer host is rejected, and none of its code runs', async () => {
  const own = await Lab.start(['needs-newer-host'])
  try {
    assert.is(own.row('needs-newer-host').state, 'rejected')
    assert.match(own.row('needs-newer-host').faults[0]!.remedy, 'newer host')
    assert.equal(own.providers, [])
    assert.is((await own.ask('needs-newer-host', 't1')).result, 'UNEXPECTED')
    assert.equal(own.log('needs-newer-host'), [])
  } finally {
    await own.end()
  }
})

test.run()
