import * as assert from 'uvu/assert'
import { requestLimit, resultLimit } from '../../../../host/plugin-host/process/plugin-requests.js'
import type { Caller } from '../../../../host/plugin-host/services/caller.js'
import { notAllowed } from '../../../../host/plugin-host/services/refusals.js'
import { suite } from '../../../harness.js'
import { lives, until } from '../support.js'
import { AskingLab } from './support.js'

const test = suite('plugin-host/services/requests')

let lab: AskingLab
/** What is asked for by `storage.get('held')` waits here. */
let open: { key: string; resolve(): void }[] = []
let callers: Caller[] = []

test.before(async () => {
  lab = await AskingLab.start({
    storageGet: async ({ key }, caller) => {
      callers.push(caller)
      if (key === 'refused') throw notAllowed(caller, 'have that', { granted: ['have this'], key: 'read' })
      if (key === 'broken') throw new TypeError('a fault of the host')
      if (key === 'huge') return { found: true, value: 'x'.repeat(resultLimit) }
      if (key === 'proto') return { found: true, value: JSON.parse('{"__proto__":{"polluted":1}}') }
      if (key.startsWith('held')) await new Promise<void>((resolve) => open.push({ key, resolve }))
      return { found: true, value: key }
    },
    storageSet: async () => ({}),
    readWatch: async ({ handle }, caller) => {
      await caller.tell(handle + 1000, { type: 'changed' })
      await caller.tell(handle, { type: 'changed' })
      return {}
    },
  })
})
test.after(() => lab.end())
test.after.each(() => {
  for (const { resolve } of open) resolve()
  open = []
  assert.is(({} as { polluted?: unknown }).polluted, undefined)
})

const message = (document: object) => JSON.stringify(`${JSON.stringify({ jsonrpc: '2.0', ...document })}\n`)
const log = () => lab.lab.log('asks').join('\n')

test('a call is answered, and errors arrive with code, found, expected, remedy and where they were caused', async () => {
  assert.is(await lab.run(`return context.storage.get('a')`), 'a')
  const refused = await lab.fails(`await context.storage.get('refused')`)
  assert.is(refused.code, 'NOT_ALLOWED')
  assert.match(refused.message, 'plugin asks may not have that')
  assert.is(refused.found, 'have that')
  assert.is(refused.expected, 'have this')
  assert.match(refused.remedy!, 'claimd plugin trust asks')
  const broken = await lab.fails(`await context.storage.get('broken')`)
  assert.is(broken.code, 'INTERNAL')
  assert.match(broken.stack, /^Error \[INTERNAL\]: .*\n +at .*\n +at /)
})

test('a method that the host does not serve is told from a refusal', async () => {
  assert.is((await lab.fails(`await context.links.remove('x')`)).code, 'SERVICE_UNAVAILABLE')
})

test('refusals are recorded, a flood of them is counted', async () => {
  await lab.run(`for (let i = 0; i < 300; i++) await context.storage.get('refused').catch(() => {})`)
  const refusals = lab.refusals()
  assert.ok(refusals.length >= 1 && refusals.length < 20, `${refusals.length} were recorded`)
  assert.is(refusals[0]!.method, 'storageGet')
})

test('32 calls may be open, the next is an error, and the others still come', async () => {
  const counted = await lab.run<{ errors: string[]; values: number }>(`
    const calls = Array.from({ length: ${requestLimit + 3} }, (_, i) => context.storage.get('held' + i))
    things.all = Promise.allSettled(calls)
    await Promise.all(calls.slice(${requestLimit}).map((call) => call.catch(() => {})))
  `)
  assert.is(counted, undefined)
  assert.is(open.length, requestLimit)
  for (const { resolve } of open) resolve()
  const outcome = await lab.run<string[]>(
    `return (await things.all).map((one) => one.status === 'fulfilled' ? 'value' : one.reason.code)`,
  )
  assert.is(outcome.filter((one) => one === 'value').length, requestLimit)
  assert.is(outcome.filter((one) => one === 'TOO_MANY_REQUESTS').length, 3)
  assert.is(await lab.run(`return context.storage.get('after')`), 'after')
})

test('a result over the limit is an error', async () => {
  assert.is((await lab.fails(`await context.storage.get('huge')`)).code, 'RESULT_TOO_LARGE')
})

test('arguments that are too much together are refused before they are sent', async () => {
  const args = `Array.from({ length: 250 }, () => 'x'.repeat(4096))`
  const large = await lab.fails(
    `await context.exec.run('/bin/true', ${args}, { input: 'x'.repeat(2 ** 18) })`,
  )
  assert.is(large.code, 'REQUEST_MALFORMED')
  assert.match(large.found!, 'bytes as JSON')
  assert.is(large.remedy, 'send less at a time')
})

test('ids are the own of each side: a forged response settles nothing of the host', async () => {
  const before = lab.lab.row('asks').restarts
  await lab.run(
    `for (let id = 0; id < 200; id++) raw(JSON.stringify({ jsonrpc: '2.0', id, result: {} }) + '\\n')`,
  )
  assert.is(await lab.run(`return context.storage.get('b')`), 'b')
  assert.is(lab.lab.row('asks').restarts, before)
})

test('a second request with an open id is ignored and logged', async () => {
  await lab.run(`raw(${message({ id: 77_777, method: 'storageGet', params: { key: 'held-id' } })})`)
  await until(() => open.some(({ key }) => key === 'held-id'))
  await lab.run(`raw(${message({ id: 77_777, method: 'storageGet', params: { key: 'held-again' } })})`)
  await until(() => log().includes('a second request with the id 77777'))
  assert.not.ok(open.some(({ key }) => key === 'held-again'))
})

test('requests that are no requests are ignored and logged, or answered with an error', async () => {
  for (const id of ['"7"', '1.5', '-1', 'null', '{}', '[]', '1e300']) {
    await lab.run(`raw('{"jsonrpc":"2.0","id":${id},"method":"storageGet","params":{"key":"raw"}}\\n')`)
  }
  await until(() => log().includes('whose id is 1e+300'))
  callers = []
  for (const [method, params] of [
    ['__proto__', {}],
    ['constructor', { key: 'raw' }],
    ['storageGet', undefined],
    ['storageGet', null],
    ['storageGet', [1]],
    ['storageGet', { key: 'raw', more: 1 }],
    ['activate', {}],
  ] as const) {
    await lab.run(`raw(${message({ id: 9000, method, params })})`)
  }
  await lab.run(
    `raw('{"jsonrpc":"2.0","id":9001,"method":"storageGet","__proto__":{"params":{"key":"raw"}},"params":{"__proto__":{"polluted":1},"key":"raw"}}\\n')`,
  )
  assert.is(await lab.run(`return context.storage.get('c')`), 'c')
  assert.is(callers.length, 1)
})

test('a value with a key __proto__ is only a value', async () => {
  assert.is(await lab.run(`await context.storage.get('proto'); return typeof ({}).polluted`), 'undefined')
})

test('a throw in a listener of the plugin is logged, and does not end it', async () => {
  await lab.run(`context.read.watch('/a', () => { throw new Error('of mine') })`)
  await until(() => log().includes('a listener: Error: of mine'))
  assert.is(await lab.run(`return context.storage.get('e')`), 'e')
})

test('the signal is aborted when the process ends, and what is answered then goes nowhere', async () => {
  callers = []
  await lab.run(`things.call = context.storage.get('held-end').catch(() => {})`)
  await until(() => open.length > 0)
  const [caller] = callers
  const pid = lab.lab.row('asks').pid!
  assert.not(caller!.signal.aborted)
  await lab.lab.ask('asks', 'setTimeout(() => process.exit(3), 10)')
  await until(() => caller!.signal.aborted)
  await until(async () => !(await lives(pid)))
  for (const { resolve } of open) resolve()
  assert.is(await lab.lab.ask('asks', '').then(({ result }) => result), 'UNEXPECTED')
})

test.run()
