import { FakeContext } from '@claimd/sdk/testing'
import { checkArguments } from '@claimd/sdk/wire'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { withoutWrongArguments, wrongCalls } from './wrong-calls.js'

const test = suite('sdk/services/call-arguments')

interface Failure {
  code?: string
  message: string
  found: string
  expected: string
  remedy: string
  stack: string
}

async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work()
  } catch (error) {
    return error as Failure
  }
  throw new Error('it did not fail')
}

function fits(text: string, wanted: string | RegExp, call: string): void {
  if (typeof wanted === 'string') assert.is(text, wanted, call)
  else assert.match(text, wanted, call)
}

test('each method of the context has wrong calls here', () => {
  const { context } = new FakeContext()
  const names: string[] = []
  const collect = (value: unknown, name: string) => {
    if (typeof value === 'function') names.push(name)
    if (typeof value !== 'object' && typeof value !== 'function') return
    for (const [key, part] of Object.entries(value as object))
      collect(part, name === '' ? key : `${name}.${key}`)
  }
  collect(context, '')
  const called = new Set(wrongCalls.map(({ call }) => /^context\.([\w.]+)\(/.exec(call)?.[1]))
  const missing = names.filter((name) => !called.has(name) && !withoutWrongArguments.includes(name))
  assert.ok(names.includes('links.setMtu') && names.includes('log.warn'))
  assert.equal(missing, [])
})

test('a wrong call is told with the argument, what was found, what was expected and what to do', async () => {
  const { context } = new FakeContext({ exec: [{ program: '/bin/cat', args: [] }] })
  const program = await context.exec.start('/bin/cat', [])
  for (const { call, place, found, expected } of wrongCalls) {
    const run = new Function('context', 'program', `return ${call}`)
    const error = await failureOf(() => run(context, program))
    assert.is(error.code, 'REQUEST_MALFORMED', `${call}: ${error.message}`)
    fits(error.found, found, call)
    fits(error.expected, expected, call)
    assert.ok(error.message.startsWith(`Invalid argument '${place}' of `), error.message)
    assert.ok(error.remedy.length > 10, call)
    for (const text of [error.message, error.remedy])
      assert.not.match(text, /params|NOT have|undefined \(/, call)
  }
})

test('calls that are right are taken', () => {
  for (const [call, args] of [
    ['context.links.addAddress', ['2.1', 0, 'fd00::2/64']],
    ['context.links.addRoute', ['2.1', 7, { destination: 'default', gateway: 'fe80::1', metric: undefined }]],
    ['context.links.create', [{ kind: 'vlan', name: 'lab.5', parent: { adapter: '2.1', fence: 7 }, id: 0 }]],
    ['context.exec.run', ['/usr/bin/uname', []]],
    ['context.exec.run', ['/usr/bin/uname', ['-n'], { signal: new AbortController().signal, input: '' }]],
    ['context.exec.start', ['/usr/bin/uname', [], undefined]],
    ['program.kill', [undefined]],
    ['program.kill', ['SIGHUP']],
    ['context.read.list', ['/run/x/**']],
    ['context.read.stat', ['/']],
    ['context.read.stat', ['/run/.x/..y/']],
    ['context.storage.set', ['k', { a: [null, 1, 'x', { b: undefined }], when: new Date(0) }]],
    ['context.storage.set', ['k', 'x'.repeat(256 * 1024 - 2)]],
    ['context.secrets.set', ['😀'.repeat(128), 'x'.repeat(64 * 1024)]],
  ] as const) {
    checkArguments(call, args)
  }
})

test('a second registration of a provider, and a log line that cannot be shown', async () => {
  const { context } = new FakeContext()
  context.providers.register('main', { claimConnection: () => ({ result: 'INVALID_CONNECTION' }) })
  const error = await failureOf(() =>
    context.providers.register('main', { claimConnection: () => ({ result: 'INVALID_CONNECTION' }) }),
  )
  assert.is(error.code, 'REQUEST_MALFORMED')
  assert.match(error.message, 'registered already')
  context.log(Object.create(null))
})

test.run()
