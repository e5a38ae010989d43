import type { CallResult } from '@claimd/sdk/wire'
import * as assert from 'uvu/assert'
import type { AnyQuestion } from '../../../../host/core/kernel/provider-port.js'
import { defaultDeadlines } from '../../../../host/plugin-host/deadlines.js'
import { Questions } from '../../../../host/plugin-host/supervisor/questions.js'
import { suite } from '../../../harness.js'
import { adapter } from '../support.js'

const test = suite('plugin-host/supervisor/questions')

const offer = (id: number): AnyQuestion => ({
  id,
  kind: 'offer',
  provider: 'lab/main',
  adapter: adapter('t0', 1),
  connection: 't0',
  evidence: null,
  fence: id,
})
const resources = (id: number): AnyQuestion => ({
  id,
  kind: 'resources',
  provider: 'lab/main',
  connection: { name: 'office', type: 'lab', config: '' },
  adapters: [],
})
const declined = (id: number): CallResult => ({ id, answer: { result: 'NOT_SUPPORTED' } })

function questionsWith(...asked: AnyQuestion[]): Questions {
  const questions = new Questions(defaultDeadlines, { answer: () => {}, overdue: () => {} }, () => false)
  for (const one of asked) questions.add(one)
  return questions
}

/** The ids of all that may be sent now. */
function sent(questions: Questions): number[] {
  const ids: number[] = []
  for (let list = questions.take(); list.length > 0; list = questions.take()) {
    assert.ok(list.length <= 16, 'a list has at most 16')
    ids.push(...list.map(({ id }) => id))
  }
  return ids.sort((a, b) => a - b)
}

const range = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at)

test('questions about connections have 16 places of their own, those about adapters 32', () => {
  const questions = questionsWith(...range(1, 100).map(resources), ...range(1001, 100).map(offer))
  assert.equal(sent(questions), [...range(1, 16), ...range(1001, 32)])
  assert.equal(sent(questions), [])
})

test('a place is free again for one of its kind: after an answer, and where another process answers', () => {
  const questions = questionsWith(...range(1, 20).map(resources), ...range(1001, 40).map(offer))
  sent(questions)
  assert.ok(questions.result(declined(3)))
  assert.equal(sent(questions), [17])
  assert.ok(questions.result(declined(1002)))
  assert.equal(sent(questions), [1033])
  questions.takeBack([1, 2, 18, 1001])
  assert.equal(sent(questions), [19, 20, 1034])
})

test('what is cancelled keeps its place until the plugin has answered; what waits goes', () => {
  const questions = questionsWith(...range(1, 18).map(resources))
  sent(questions)
  assert.equal(questions.cancel([1, 17]), [1])
  assert.equal(sent(questions), [])
  questions.result(declined(1))
  assert.equal(sent(questions), [18])
  questions.clear()
  for (const id of range(101, 20)) questions.add(resources(id))
  assert.equal(sent(questions), range(101, 16))
})

test.run()
