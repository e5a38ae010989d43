import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { ConnectionAnswerEvent, DialAct } from '../../../host/core/kernel/provider-port.js'
import { suite } from '../../harness.js'
import { adapter, Lab, until } from '../../host/plugin-host/support.js'
import { root } from '../../system/lab.js'

/** Real scripts, run by the real plugin in a process of its own. */
const test = suite('plugins/exec/connecting')
const provider = '@claimd/exec/exec'
let lab: Lab
let notes: string
let lastId = 0

test.before(async () => {
  lab = await Lab.make([])
  await chmod(lab.root, 0o755)
  const folder = join(lab.root, 'plugins', 'exec')
  await mkdir(folder)
  for (const part of ['package.json', 'dist'])
    await cp(join(root, 'plugins/exec', part), join(folder, part), { recursive: true })
  notes = join(lab.root, 'notes')
  await writeFile(notes, '')
  await chmod(notes, 0o666)
  await lab.host.start()
  assert.equal(lab.row('@claimd/exec').faults, [])
  lab.host.trust('@claimd/exec', lab.row('@claimd/exec').build!, 'the test')
})
test.after(() => lab.end())

const allVerbs = ['offer', 'connect', 'disconnect', 'status']

/** Writes a script that notes how it was run and then does as its lines say, and configures a connection of that name. */
async function configure(name: string, lines: string, { verbs = allVerbs, config = {} } = {}) {
  const program = join(lab.root, name)
  const description = JSON.stringify({ protocol: 1, verbs, match: [{ name: 't*' }] })
  const text = `#!/bin/sh
[ "$1" = describe ] && { echo '${description}'; exit 0; }
echo "$* $(cat)" >> ${notes}
${lines}
`
  await writeFile(program, text, { mode: 0o755 })
  const connection = { name, type: 'script', config: { program, ...config } }
  lab.configs.set(name, connection.config)
  lab.host.setConnections([connection])
  return { name, type: 'script', config: name }
}

type Named = Awaited<ReturnType<typeof configure>>

async function done(kind: DialAct['kind'], fence: number, connection: Named, cancelled?: Promise<unknown>) {
  const act = { kind, fence, provider, parameters: { connection, adapter: adapter('t1', 1) } }
  lab.host.act(act)
  if (cancelled) {
    await cancelled
    lab.host.cancelAct(act)
  }
  const ended = () => lab.ended.find((one) => one.act === act)
  await until(ended)
  const { result } = ended()!
  return result.outcome === 'done' ? result.answer : result
}

async function ask(
  kind: 'resources' | 'status' | 'validate',
  connection: Named,
  adapters = [adapter('t1', 1), adapter('eth0', 2)],
) {
  const question = { kind, id: ++lastId, provider, connection, adapters, adapter: adapters[0]!, fence: 1 }
  lab.host.ask([question])
  const answered = () => lab.connectionAnswers.find((event) => event.question.id === question.id)
  await until(answered)
  return (answered() as ConnectionAnswerEvent).answer
}

const runs = async (name: string) =>
  (await readFile(notes, 'utf8')).split('\n').filter((line) => line.includes(` ${name} {`))

test('a script connects, says how it is, and disconnects', async () => {
  const office = await configure('office', 'exit 0', { config: { options: { apn: 'lab' } } })
  assert.equal(await ask('validate', office), { result: 'SUCCESS' })
  assert.equal(await ask('resources', office), { result: 'SUCCESS', adapters: ['1.1'] })
  assert.equal(await done('connect', 7, office), { result: 'SUCCESS' })
  assert.equal(await ask('status', office), { result: 'SUCCESS', state: 'connected' })
  assert.equal(await done('disconnect', 7, office), { result: 'SUCCESS' })
  const lines = await runs('office')
  assert.equal(
    lines.map((line) => line.slice(0, line.indexOf('{') - 1)),
    ['connect t1 office', 'status t1 office', 'disconnect t1 office'],
  )
  const { adapter: given, ...rest } = JSON.parse(lines[0]!.slice(lines[0]!.indexOf('{')))
  assert.is(given.name, 't1')
  const told = { protocol: 1, verb: 'connect', connection: 'office', fence: 7, options: { apn: 'lab' } }
  assert.equal(rest, told)
})

test('what it prints says more, and its exit code says no', async () => {
  const printing = await configure(
    'printing',
    `case $1 in
connect) echo '{ "result": "SUCCESS", "evidence": "cell 7" }' ;;
status) echo '{ "result": "SUCCESS", "state": "suspended", "reason": "a call" }' ;;
disconnect) echo '{ "result": "UNEXPECTED", "cause": "no-answer", "reason": "silent" }' ;;
esac`,
  )
  assert.equal(await done('connect', 1, printing), { result: 'SUCCESS', evidence: 'cell 7' })
  assert.equal(await ask('status', printing), { result: 'SUCCESS', state: 'suspended', reason: 'a call' })
  assert.equal(await done('disconnect', 1, printing), {
    result: 'UNEXPECTED',
    cause: 'no-answer',
    reason: 'silent',
  })
  const saying = await configure('saying', 'echo "the far end is off" >&2; exit 10')
  const reason = 'the far end is off'
  assert.equal(await done('connect', 2, saying), { result: 'CONNECTION_ACQUIRE_FAILED', reason })
  assert.equal(await ask('status', saying), { result: 'SUCCESS', state: 'disconnected', reason })
  assert.equal(await done('disconnect', 2, saying), { result: 'NOT_SUPPORTED', reason })
})

test('a script that breaks, or says what is no answer, fails the connect', async () => {
  const answer = async (name: string, lines: string) => {
    const { result, reason } = (await done('connect', 1, await configure(name, lines))) as {
      result: string
      reason: string
    }
    assert.is(result, 'UNEXPECTED')
    return reason
  }
  assert.is(await answer('broken', 'echo "line 3: oh" >&2; exit 1'), 'it ended with exit code 1: line 3: oh')
  assert.match(await answer('killed', 'kill -9 $$'), /^connect was ended by SIGKILL/)
  assert.is(await answer('prose', 'echo up'), 'it printed "up", expected a JSON object, or nothing')
  assert.is(await answer('vague', 'echo {}'), 'result: found nothing, expected a result code')
  assert.match(await answer('odd', `echo '{ "result": "UNEXPECTED", "cause": "moon" }'`), 'the answer/cause')
  const evidence = `echo '{ "result": "SUCCESS", "evidence": 5 }'`
  assert.is(await answer('number', evidence), 'evidence: found 5, expected a text')
  const mistyped = `echo '{ "result": "SUCCESS", "adresses": ["192.0.2.7/24"] }'`
  assert.match(
    await answer('mistyped', mistyped),
    /^adresses: found \["192.0.2.7\/24"\], expected one of result, evidence, addresses/,
  )
  const bare = `echo '{ "result": "SUCCESS", "addresses": "192.0.2.7/24" }'`
  assert.match(await answer('bare', bare), 'addresses: found "192.0.2.7/24", expected a list')
})

test('a script that only claims is not connected, and one that only connects claims nothing', async () => {
  const claims = await configure('claims', 'exit 0', { verbs: ['offer'] })
  const reason = 'it does not know the verb connect'
  assert.equal(await ask('resources', claims), { result: 'NOT_SUPPORTED', reason })
  assert.equal(await done('connect', 1, claims), { result: 'NOT_SUPPORTED', reason })
  assert.equal(await done('disconnect', 1, claims), { result: 'SUCCESS' })
  assert.is((await ask('status', claims)).result, 'NOT_IMPLEMENTED')
  assert.equal(await runs('claims'), [])
  await configure('connects', 'exit 0', { verbs: ['connect'] })
  const question = lab.question(provider, 't1')
  lab.host.ask([question])
  await until(() => lab.answersOf(question.id).length > 0)
  assert.is(lab.answersOf(question.id)[0]!.answer.result, 'INVALID_CONNECTION')
})

test('no adapter that it is for, or a rule with a fault, is said before anything is run', async () => {
  const strict = await configure('strict', 'exit 0', { config: { match: { name: 'lab*' } } })
  const none = { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-adapter' }
  const reason = 'none of the adapters that nobody holds is one that it is for'
  assert.equal(await ask('resources', strict), { ...none, reason })
  const faulty = await configure('faulty', 'exit 0', { config: { match: { name: '[z-a]' } } })
  const answer = (await ask('validate', faulty)) as { result: string; reason: string }
  assert.is(answer.result, 'INVALID_PARAMETER')
  assert.match(answer.reason, 'config.match.name: found "[z-a]"')
  assert.equal(await runs('faulty'), [])
})

test('a script that is connecting is ended by a cancel, and its answer comes after its end', async () => {
  const state = join(lab.root, 'said')
  await writeFile(state, '')
  await chmod(state, 0o666)
  const said = async () => (await readFile(state, 'utf8')).trim()
  const ends = `trap 'sleep 0.3; echo ended > ${state}; exit 0' TERM`
  const slow = await configure('slow', `${ends}; echo runs > ${state}; while :; do sleep 0.1; done`)
  const answer = await done(
    'connect',
    1,
    slow,
    until(async () => (await said()) === 'runs'),
  )
  assert.equal(answer, { result: 'UNEXPECTED', reason: 'connect was ended: its answer is no longer wanted' })
  assert.is(await said(), 'ended')
})

test.run()
