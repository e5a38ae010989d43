import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Lab, lives, until } from './support.js'

const test = suite('plugin-host/hostile-channel')
let lab: Lab

test.before.each(async () => {
  lab = await Lab.start(['hostile', 'good', 'never-answers'], { offerMs: 1000, acknowledgeMs: 1500 })
  await lab.ask('good', 't0')
})
test.after.each(async () => {
  // Whatever happened to the hostile one, the other goes on answering.
  assert.is((await lab.ask('good', 't1')).result, 'SUCCESS')
  assert.is(lab.row('good').restarts, 0)
  assert.is(({} as { polluted?: unknown }).polluted, undefined)
  await lab.end()
})

const available = () =>
  until(() => lab.providers.find(({ plugin }) => plugin === 'hostile')!.status === 'available')

for (const attack of ['not-json', 'binary', 'long-line', 'forged', 'proto', 'requests', 'nested-request']) {
  test(`${attack}: is ignored and recorded, and costs nothing else`, async () => {
    await available()
    const restarts = lab.row('hostile').restarts
    const before = lab.log('hostile').length
    const answer = await lab.ask('hostile', attack)
    assert.equal(answer, { result: 'INVALID_CONNECTION', reason: 'harmless' })
    assert.is(lab.row('hostile').restarts, restarts)
    assert.match(lab.log('hostile').slice(before).join('\n'), /^ignored /m)
    assert.equal(lab.reports, [])
  })
}

for (const depth of [90, 20_000]) {
  for (const kind of ['offer', 'verify'] as const) {
    test(`a raw answer that is nested ${depth} deep ends the ${kind} with a failure, not with silence`, async () => {
      await available()
      const answer = await lab.ask('hostile', `nested-${depth}`, { id: 7, kind })
      assert.is(answer.result, 'UNEXPECTED')
      await available()
      const { pid, state } = lab.row('hostile')
      assert.ok(pid === null || state === 'running', 'the host goes on with it')
    })
  }
}

test('forged error responses are ignored', async () => {
  await available()
  assert.is((await lab.ask('hostile', 'errors')).result, 'INVALID_CONNECTION')
})

test('forged results answer no question of another plugin', async () => {
  await available()
  const waiting = lab.question('never-answers/main', 't1', { id: 1_000_100 })
  lab.host.ask([waiting])
  await until(() => lab.row('never-answers').state === 'running')
  await lab.ask('hostile', 'forged')
  await until(() => lab.answersOf(waiting.id).length > 0)
  assert.match(JSON.stringify(lab.answersOf(waiting.id)[0]!.answer), 'timed out')
  assert.not.ok(lab.answers.some(({ answer }) => 'connection' in answer && answer.connection === 'forged'))
})

for (const attack of ['endless', 'flood', 'flood-empty', 'closes']) {
  test(
    `${attack}: ends the plugin, not the host`,
    async () => {
      await available()
      await lab.ask('hostile', 'warm-up')
      const pid = lab.row('hostile').pid!
      const answer = await lab.ask('hostile', attack)
      assert.is(answer.result, 'UNEXPECTED')
      await until(async () => !(await lives(pid)))
      assert.match(lab.row('hostile').because, attack === 'closes' ? /channel|code/ : /flooding|ended/)
    },
    { timeout: 30_000 },
  )
}

test.run()
