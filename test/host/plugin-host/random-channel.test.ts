import { pluginMethods, type RequestMethod, requestSchemas } from '@claimd/sdk/wire'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Lab, until } from './support.js'

const test = suite('plugin-host/random-channel')
const runs = Number(process.env.CLAIMD_RUNS ?? 40)

/** In its place stands the id of the question that the plugin is asked. */
const asked = '@asked'
/** Numbers that the host has given, or may have given, to a call or a request, among others. */
const number = fc.oneof(fc.constant(asked), fc.nat(60), fc.integer(), fc.double(), fc.constant(2 ** 53))
/** Anything that JSON can say, also keys that mean something to JavaScript. */
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(null, true, '', 'SUCCESS', 'lost', 'main', 'default', '10.0.0.1/24', '/proc/net/route'),
    fc.string(),
    number,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom('id', 'result', 'length', 'then', 'toString', '__proto__', 'key'),
      tie('value'),
    ),
  ),
}))

/** The parameters that a method has, some left out and some of another kind. */
function paramsOf(names: readonly string[]): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(names.map((name) => [name, anything]))
  return fc.oneof(
    { arbitrary: fc.record(fields, { requiredKeys: [] }), weight: 5 },
    { arbitrary: anything, weight: 1 },
  )
}

const answer = paramsOf(['result', 'connection', 'volatile', 'evidence', 'reason', 'retryAfterMs'])
const results = fc.array(fc.record({ id: number, answer }), { maxLength: 5 })
const notifications: Record<string, fc.Arbitrary<unknown>> = {
  results: fc.oneof(fc.record({ results }), paramsOf(['results'])),
  report: paramsOf(['provider', 'connection', 'fence', 'state', 'reason']),
  progress: paramsOf(['provider', 'fence', 'state', 'text']),
  log: paramsOf(['level', 'message']),
}

const requests = (Object.keys(requestSchemas) as RequestMethod[]).map((method) => {
  const { properties = {} } = requestSchemas[method] as { properties?: object }
  return fc.record({ id: number, method: fc.constant(method), params: paramsOf(Object.keys(properties)) })
})

/** Every kind of message that there is, the host's own too, and what is none. */
const message = fc.oneof(
  ...Object.entries(notifications).map(([method, params]) =>
    fc.record({ method: fc.constant(method), params }),
  ),
  ...requests,
  fc.record({ id: number, result: anything }),
  fc.record({ id: number, error: fc.oneof(paramsOf(['code', 'message', 'data']), anything) }),
  fc.record({
    id: anything,
    method: fc.constantFrom('calls', 'activate', 'ping', '$/cancelRequest', 'constructor'),
    params: anything,
  }),
  anything,
)
const line = fc.oneof(
  {
    arbitrary: message.map((document) => JSON.stringify({ jsonrpc: '2.0', ...(document as object) })),
    weight: 20,
  },
  { arbitrary: message.map((document) => JSON.stringify(document)), weight: 2 },
  { arbitrary: fc.nat(20_000).map(nestedAnswer), weight: 2 },
  { arbitrary: fc.string(), weight: 1 },
)

function nestedAnswer(depth: number): string {
  const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
  return `{"jsonrpc":"2.0","method":"results","params":{"results":[{"id":"${asked}","answer":${deep}}]}}`
}

test('every kind of message is among the random ones', () => {
  assert.equal(Object.keys(notifications).sort(), Object.values(pluginMethods).sort())
})

test(
  'whatever a plugin sends, each question has one answer in bounded time, and the other plugins go on',
  async () => {
    const lab = await Lab.start(['hostile', 'good'], { offerMs: 300, verifyMs: 300, acknowledgeMs: 1_000 })
    try {
      let answered = 0
      const property = fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('answers', 'answers', 'throws', 'hangs'),
        fc.constantFrom('offer' as const, 'verify' as const),
        async (lines, mode, kind) => {
          const question = lab.question('hostile/main', '', { kind, connection: 'lab' })
          const text = lines.map((one) => `${one}\n`.replaceAll(`"${asked}"`, `${question.id}`)).join('')
          question.adapter.name = `raw ${mode} ${Buffer.from(text).toString('base64')}`
          lab.host.ask([question])
          await until(() => lab.answersOf(question.id).length > 0)
          assert.is((await lab.ask('good', 't0')).result, 'SUCCESS')
          const answers = lab.answersOf(question.id)
          assert.is(answers.length, 1)
          if (answers[0]!.answer.result !== 'UNEXPECTED') answered++
        },
      )
      await fc.assert(property, { numRuns: runs, endOnFailure: true })
      assert.ok(answered > runs / 4, `${answered} of ${runs} questions were answered by the plugin itself`)
      assert.is(lab.row('good').restarts, 0)
      assert.is(({} as { id?: unknown }).id, undefined)
    } finally {
      await lab.end()
    }
  },
  { timeout: 30_000 + runs * 500 },
)

test.run()
