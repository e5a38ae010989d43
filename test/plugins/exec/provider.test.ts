import type { ContextError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { until } from '../../system/lab.js'
import { Turns } from './compiled.js'
import { adapter, connection, describes, line, Rig, script } from './support.js'

const test = suite('plugins/exec/provider')

const never = new Promise<never>(() => {})

test('a script is described before anything else, and asked by verb, adapter and connection', async () => {
  const rig = new Rig({ lab: script(0) }, { options: { vlan: 7 } })
  await rig.provider.prepare()
  assert.equal(rig.runs, ['/lab describe'])
  assert.is(line(await rig.offer()), 'SUCCESS | lab')
  assert.is(line(await rig.verify('lab')), 'SUCCESS | lab')
  await rig.provider.released({ adapter, connection: 'lab', fence: 1, reason: 'operator' })
  assert.equal(rig.runs.slice(1), ['/lab offer lab0 lab', '/lab verify lab0 lab', '/lab released lab0 lab'])
  const same = { protocol: 1, adapter, connection: 'lab', fence: 1, options: { vlan: 7 } }
  assert.equal(rig.inputs, [
    { ...same, verb: 'offer' },
    { ...same, verb: 'verify', evidence: 'as was' },
    { ...same, verb: 'released', reason: 'operator' },
  ])
})

test('a program that does not speak the protocol claims nothing, although it ends with 0', async () => {
  const rig = new Rig({ lab: () => 0 })
  assert.is(line(await rig.offer()), 'UNEXPECTED | lab: describe: it printed "", expected a JSON object')
  assert.equal(rig.runs, ['/lab describe'])
  assert.equal(rig.log, ['connection lab: describe: it printed "", expected a JSON object'])
})

test('it is asked only about adapters that both the operator and its description name', async () => {
  const rig = new Rig({ lab: script(0, { match: [{ name: 'lab*' }, { driver: 'e1000*' }] }) })
  rig.configured = [connection('lab', { program: '/lab', match: { kind: 'veth' } })]
  assert.is(
    line(await rig.offer({ kind: 'ethernet' })),
    'INVALID_CONNECTION | no configured script is for this adapter',
  )
  assert.equal(rig.runs, [])
  assert.is(
    line(await rig.offer({ name: 'eth0' })),
    'INVALID_CONNECTION | lab: it says that it is for name lab*; or driver e1000*',
  )
  assert.equal(rig.runs, ['/lab describe'])
  assert.is(line(await rig.offer()), 'SUCCESS | lab')
})

test('a script without the verb verify is offered the adapter again, and one without released hears nothing', async () => {
  const rig = new Rig({ lab: (verb) => (verb === 'describe' ? describes(['offer']) : 0) })
  await rig.verify('lab', {}, 1)
  await rig.provider.released({ adapter, connection: 'lab', fence: 1, reason: 'gone' })
  assert.equal(rig.runs, ['/lab describe', '/lab offer lab0 lab'])
})

test('a script that breaks while it verifies does not end its claim; a clear no does', async () => {
  const rig = new Rig({ lab: script({ code: 1, stderr: 'jq: not found' }) })
  assert.is(line(await rig.verify('lab')), 'UNEXPECTED | it ended with exit code 1: jq: not found')
  rig.scripts.lab = script({ code: 10, stderr: 'the far end is another' })
  assert.is(line(await rig.verify('lab')), 'INVALID_CONNECTION | the far end is another')
  rig.scripts.lab = script('{"result":"NOT_SUPPORTED","reason":"never"}')
  assert.is(line(await rig.verify('lab')), 'INVALID_CONNECTION | never')
})

test('verify: a connection that is not configured any more, is for others now, or is faulty', async () => {
  const rig = new Rig({ lab: script(0) })
  rig.configured = []
  assert.is(
    line(await rig.verify('lab')),
    'INVALID_CONNECTION | the connection lab is not configured any more',
  )
  rig.configured = [connection('lab', { program: '/lab', match: { kind: 'bond' } })]
  assert.is(line(await rig.verify('lab')), 'INVALID_CONNECTION | lab is for adapters with kind bond')
  rig.configured = [connection('lab', { program: 'lab' })]
  assert.match(
    line(await rig.verify('lab')),
    /^INCONSISTENT_CONFIGURATION \| lab: config.program: found "lab"/,
  )
  assert.equal(rig.runs, [])
})

test('of several scripts the first by name that says yes has it; another that said yes is told', async () => {
  const rig = new Rig({ b: script(0), a: script({ code: 10, stderr: 'not mine' }), c: script(0) })
  assert.is(line(await rig.offer()), 'SUCCESS | b')
  await until(
    async () => rig.runs.includes('/c released lab0 c'),
    () => rig.runs.join(),
  )
  assert.is(rig.inputs.at(-1)!.reason, 'void')
})

test('a script that fails or cannot tell does not keep another from its claim; without one all reasons are given', async () => {
  const refusal = Object.assign(new Error('/broken may not be run: uid 1000 owns it'), {
    code: 'PROGRAM_UNUSABLE',
    remedy: 'chown root /broken',
  } as ContextError)
  const rig = new Rig({
    broken: script(refusal),
    dead: script({ code: null, signal: 'SIGSEGV' }),
    good: script(0),
  })
  assert.is(line(await rig.offer()), 'SUCCESS | good')
  rig.scripts.good = script(10)
  assert.is(
    line(await rig.offer()),
    'UNEXPECTED | broken: /broken may not be run: uid 1000 owns it; chown root /broken; dead: offer was ended by SIGSEGV; good: it gave no reason',
  )
  rig.scripts.good = script('{"result":"PENDING","retryAfterMs":70,"reason":"soon"}')
  rig.scripts.dead = script(11)
  const answer = await rig.offer()
  assert.equal([answer.result, 'retryAfterMs' in answer && answer.retryAfterMs], ['PENDING', 70])
})

test('a script that hangs costs its own answer, within the time of the offer', async () => {
  const rig = new Rig({ hangs: script(never), works: script(0) })
  const began = performance.now()
  assert.is(line(await rig.offer()), 'SUCCESS | works')
  rig.scripts.works = script(10)
  assert.match(line(await rig.offer()), /^UNEXPECTED \| hangs: offer did not end within 1\.7 s; works: /)
  assert.ok(performance.now() - began < 8_000)
})

test('a script that does not end keeps its turns: it is not begun again and again, and it says so', async () => {
  const rig = new Rig({ hangs: script(never) })
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => rig.offer({ id: `${index}.1` })))
  assert.is(rig.runs.filter((run) => run.startsWith('/hangs offer')).length, 4)
  assert.match(line(answers[9]!), 'it was asked about too many adapters at a time')
})

test('a script that printed too much has given no answer', async () => {
  const rig = new Rig({ lab: script({ stdout: '{"result":"SUCCESS"}', truncated: true }) })
  assert.is(line(await rig.offer()), 'UNEXPECTED | lab: offer printed more than 256 KiB')
})

test('a connection that holds one adapter is not asked about others until it is released', async () => {
  const rig = new Rig({ lab: script(0) })
  assert.is(line(await rig.offer()), 'SUCCESS | lab')
  const other = { id: '8.1', name: 'lab1' }
  assert.is(line(await rig.offer(other)), 'INVALID_CONNECTION | no configured script is for this adapter')
  await rig.provider.released({ adapter, connection: 'lab', fence: 1, reason: 'gone' })
  assert.is(line(await rig.offer(other)), 'SUCCESS | lab')
})

test('of adapters that come up together a connection gets one, and the others are free at once', async () => {
  const rig = new Rig({ lab: script(0) })
  const answers = await Promise.all(
    [1, 2, 3].map((index) => rig.offer({ id: `${index}.1`, name: `lab${index}` })),
  )
  assert.equal(answers.map(line), [
    'SUCCESS | lab',
    'INVALID_CONNECTION | lab: it has got another adapter meanwhile',
    'INVALID_CONNECTION | lab: it has got another adapter meanwhile',
  ])
  await until(
    async () => rig.runs.includes('/lab released lab2 lab') && rig.runs.includes('/lab released lab3 lab'),
    () => rig.runs.join(),
  )
})

test('a name that is no word is not given to any script', async () => {
  const rig = new Rig({ lab: script(0) })
  for (const name of ['-rf', 'lab0;reboot', '$(id)', 'lab\n0', 'läb']) {
    assert.match(line(await rig.offer({ name })), 'about an adapter with such a name')
  }
  assert.match(line(await rig.verify('lab', { name: 'lab0;' })), /^UNEXPECTED/)
  assert.equal(rig.runs, [])
})

test('a faulty connection is said to the operator, and does not keep others from being claimed', async () => {
  const rig = new Rig({ lab: script(0) })
  rig.configured = [...rig.configured, connection('typo', { programm: '/x' })]
  assert.is(line(await rig.offer()), 'SUCCESS | lab')
  rig.configured = rig.configured.slice(1)
  assert.match(
    line(await rig.offer()),
    'no configured script is for this adapter; typo: config.programm: found "/x"',
  )
})

test('what stays as it was configured is not described again, what changed is', async () => {
  const rig = new Rig({ a: script(10), b: script(10) })
  await rig.provider.prepare()
  rig.configured = [rig.configured[0]!, connection('b', { program: '/b', options: { x: 1 } })]
  await rig.provider.prepare()
  assert.equal(rig.runs, ['/a describe', '/b describe', '/b describe'])
})

test('turns: so many at a time, in order, also after a failure', async () => {
  const turns = new Turns(2)
  const log: string[] = []
  let running = 0
  const work = (name: string) => async () => {
    log.push(name)
    assert.ok(++running <= 2)
    await new Promise((done) => setTimeout(done, 1))
    running--
    if (name === 'b') throw new Error('b')
  }
  const results = await Promise.allSettled([...'abcdef'].map((name) => turns.take(work(name))))
  assert.equal(log.join(''), 'abcdef')
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 1)
})

test.run()
