import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Records } from '../../../../../host/core/kernel/store-port.js'
import {
  secretHandlers as makeSecrets,
  storageHandlers as makeStorage,
  secretLimits,
  storageLimits,
  storageWrites,
} from '../../../../../host/plugin-host/services/storage/storage-service.js'
import { volatileRecords } from '../../../../../host/plugin-host/volatile-records.js'
import { openStore } from '../../../../../host/store/index.js'
import { suite } from '../../../../harness.js'
import { until } from '../../support.js'
import { FakeCaller } from '../fake-caller.js'
import { AskingLab } from '../support.js'

const test = suite('plugin-host/services/storage')
const storageHandlers = (records: Records) => makeStorage(records).handlers
const secretHandlers = (records: Records) => makeSecrets(records).handlers

let state: string
test.before.each(() => {
  state = mkdtempSync(join(tmpdir(), 'claimd-storage-'))
})
test.after.each(() => rmSync(state, { recursive: true }))

const callerOf = (plugin = 'asks') => new FakeCaller({}, { plugin })

async function failure(promise: Promise<unknown>): Promise<ClaimdError> {
  return promise.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`)
    },
    (error) => error,
  )
}

test('what was set is there for the next host, each plugin sees its own, and storage is not secrets', async () => {
  const store = openStore(state)
  const storage = storageHandlers(store.records)
  await storage.storageSet!({ key: 'a', value: { deep: [1, null, 'x'] } }, callerOf())
  await storage.storageSet!({ key: 'b', value: null }, callerOf())
  await storage.storageSet!({ key: 'c', value: 1 }, callerOf())
  await storage.storageDelete!({ key: 'c' }, callerOf())
  await storage.storageSet!({ key: 'a', value: 'theirs' }, callerOf('other'))
  await secretHandlers(store.records).secretsSet!({ key: 'a', value: 'hidden' }, callerOf())
  store.close()
  const again = openStore(state)
  const next = storageHandlers(again.records)
  assert.equal(await next.storageGet!({ key: 'a' }, callerOf()), {
    found: true,
    value: { deep: [1, null, 'x'] },
  })
  assert.equal(await next.storageGet!({ key: 'b' }, callerOf()), { found: true, value: null })
  assert.equal(await next.storageGet!({ key: 'c' }, callerOf()), { found: false })
  assert.equal(await next.storageKeys!({}, callerOf()), { keys: ['a', 'b'] })
  assert.equal(await next.storageGet!({ key: 'a' }, callerOf('other')), { found: true, value: 'theirs' })
  const secrets = secretHandlers(again.records)
  assert.equal(await secrets.secretsGet!({ key: 'a' }, callerOf()), { found: true, value: 'hidden' })
  assert.equal(await secrets.secretsKeys!({}, callerOf('other')), { keys: [] })
  again.close()
})

test('any keys and values come back as they were, and no key is taken for another one', async () => {
  const unpaced = (count: number) => `plugin-${count}`
  let count = 0
  const store = openStore(state)
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.jsonValue()), {
        selector: ([key]) => key,
        maxLength: 8,
      }),
      async (pairs) => {
        const caller = callerOf(unpaced(count++))
        const storage = storageHandlers(store.records)
        for (const [key, value] of pairs) await storage.storageSet!({ key, value }, caller)
        // As it would be read by the next host.
        const next = storageHandlers(store.records)
        for (const [key, value] of pairs) {
          const got = await next.storageGet!({ key }, caller)
          assert.equal(got, { found: true, value: JSON.parse(JSON.stringify(value)) })
        }
        assert.is((await next.storageKeys!({}, caller)).keys.length, pairs.length)
      },
    ),
    { numRuns: 30 },
  )
  store.close()
})

test('a key with a NUL or half a character is a key of its own', async () => {
  const store = openStore(state)
  const keys = ['a', 'a\0', 'a\0b', '\ud800', '\ud801', '__proto__']
  const storage = storageHandlers(store.records)
  for (const key of keys) await storage.storageSet!({ key, value: key.length }, callerOf())
  const next = storageHandlers(store.records)
  assert.equal((await next.storageKeys!({}, callerOf())).keys, [...keys].sort())
  await next.storageDelete!({ key: 'a\0' }, callerOf())
  assert.equal(await storageHandlers(store.records).storageGet!({ key: 'a' }, callerOf()), {
    found: true,
    value: 1,
  })
  store.close()
})

test('a plugin keeps so many keys, so large values and so much in all, and another one is not touched by it', async () => {
  const records = volatileRecords()
  const storage = storageHandlers(records)
  const long = 'x'.repeat(storageLimits.valueBytes)
  const tooLarge = await failure(storage.storageSet!({ key: 'a', value: long }, callerOf()))
  assert.is(tooLarge.code, 'REQUEST_MALFORMED')
  assert.match(tooLarge.expected!, `${storageLimits.valueBytes} bytes for one value`)
  // To delete other values would not help.
  assert.not.match(tooLarge.remedy!, 'delete')
  const large = 'x'.repeat(storageLimits.valueBytes - 2)
  for (const key of ['a', 'b', 'c']) await storage.storageSet!({ key, value: large }, callerOf())
  const error = await failure(storage.storageSet!({ key: 'd', value: large }, callerOf()))
  assert.is(error.code, 'STORAGE_FULL')
  assert.match(error.expected!, `${storageLimits.bytes} bytes`)
  assert.equal((await storage.storageKeys!({}, callerOf())).keys, ['a', 'b', 'c'])
  await storage.storageSet!({ key: 'a', value: 'small' }, callerOf())
  await storage.storageSet!({ key: 'd', value: large }, callerOf())
  await storage.storageSet!({ key: 'a', value: large.slice(100) }, callerOf('other'))
  const secrets = secretHandlers(records)
  for (let key = 0; key < secretLimits.keys; key++) {
    await secrets.secretsSet!({ key: `${key}`, value: 's' }, callerOf())
  }
  const full = await failure(secrets.secretsSet!({ key: 'more', value: 'very secret' }, callerOf()))
  assert.is(full.code, 'STORAGE_FULL')
  assert.not(JSON.stringify(full.document).includes('very secret'))
})

test('a value that could not be written is not set', async () => {
  const records = volatileRecords()
  const storage = storageHandlers({
    ...records,
    put: () => {
      throw new Error('the disk is full')
    },
  })
  assert.match(
    (await failure(storage.storageSet!({ key: 'a', value: 1 }, callerOf()))).message,
    'disk is full',
  )
  assert.equal(await storage.storageGet!({ key: 'a' }, callerOf()), { found: false })
})

test('who writes without end waits, and others do not', async () => {
  const records = volatileRecords()
  const writes: unknown[][] = []
  const storage = storageHandlers({
    ...records,
    put: (...row) => {
      writes.push(row)
      records.put(...row)
    },
  })
  const caller = callerOf()
  const from = performance.now()
  for (let value = 0; value < storageWrites.burst + 5; value++) {
    await storage.storageSet!({ key: 'a', value }, caller)
  }
  assert.ok(performance.now() - from >= (4 * 1000) / storageWrites.perSecond)
  const waiting = storage.storageSet!({ key: 'a', value: 'last' }, caller)
  const before = writes.length
  await storage.storageSet!({ key: 'a', value: 1 }, callerOf('other'))
  assert.match(JSON.stringify(writes[before]), /other/)
  caller.ending.abort()
  await waiting.catch(() => {})
})

test('a plugin keeps values and secrets through its context, and they outlive its process; nothing shows a secret', async () => {
  const lab = await AskingLab.start({})
  try {
    await lab.run(`await context.storage.set('a', { x: 1 }); await context.secrets.set('pw', 'hunter2')`)
    await lab.lab.ask('asks', 'process.exit(1)')
    await until(() => lab.lab.providers[0]?.status === 'available')
    assert.equal(
      await lab.run(`return [await context.storage.get('a'), await context.storage.get('b') ?? 'absent',
        await context.storage.keys(), await context.secrets.keys(), await context.secrets.get('pw')]`),
      [{ x: 1 }, 'absent', ['a'], ['pw'], 'hunter2'],
    )
    await lab.run(`await context.secrets.delete('pw')`)
    assert.is(await lab.run(`return await context.secrets.get('pw') ?? 'absent'`), 'absent')
    const folder = await lab.run<string>('return context.storage.folder')
    await lab.run(`
      const { writeFileSync } = await import('node:fs')
      writeFileSync(context.storage.folder + '/own', 'mine')`)
    assert.is(readFileSync(join(folder, 'own'), 'utf8'), 'mine')
    assert.not(JSON.stringify([lab.lab.notes, lab.lab.lines]).includes('hunter2'))
  } finally {
    await lab.end()
  }
})

test.run()
