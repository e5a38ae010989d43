import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { ConfigVault } from '../../../host/app/config-vault.js'
import { keepingConfigs } from '../../../host/app/keeping-configs.js'
import type { DialAct } from '../../../host/core/kernel/provider-port.js'
import type { RecordOptions, Records } from '../../../host/core/kernel/store-port.js'
import { suite } from '../../harness.js'

const test = suite('app/config-vault')

/** Records in memory, which can fail as those on a full disk do. */
class FakeRecords implements Records {
  readonly kinds = new Map<string, Map<string, string>>()
  isFull = false

  all<Value>(kind: string): { key: string; value: Value }[] {
    return [...(this.kinds.get(kind) ?? [])].map(([key, value]) => ({ key, value: JSON.parse(value) }))
  }

  /** Those that are there after a power cut, too. */
  readonly synced = new Set<string>()

  put(kind: string, key: string, value: unknown, { sync = true }: RecordOptions = {}): void {
    if (sync) this.synced.add(key)
    if (this.isFull) throw new Error('the disk is full')
    const records = this.kinds.get(kind) ?? new Map<string, string>()
    this.kinds.set(kind, records.set(key, JSON.stringify(value)))
  }

  drop(kind: string, key: string): void {
    if (this.isFull) throw new Error('the disk is full')
    this.kinds.get(kind)?.delete(key)
  }
}

test('a config has the same fingerprint after a restart, and what is kept is known then', () => {
  const records = new FakeRecords()
  const vault = new ConfigVault(records)
  const kept = vault.remember({ password: 'hunter2', port: 1 })
  const loose = vault.remember({ password: 'hunter3' })
  vault.keep([kept, 'a fingerprint that nobody knows'])
  const next = new ConfigVault(records)
  assert.equal(next.configOf(kept), { password: 'hunter2', port: 1 })
  assert.is(next.configOf(loose), null, 'it was not kept')
  assert.is(next.remember({ port: 1, password: 'hunter2' }), kept, 'the order of keys says nothing')
  assert.is(next.remember({ password: 'hunter3' }), loose)
})

test('no two configs have one fingerprint, and another state has others', () => {
  const [vault, other] = [new ConfigVault(new FakeRecords()), new ConfigVault(new FakeRecords())]
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
        assert.is(vault.remember(a) === vault.remember(b), same)
        assert.not(vault.remember(a) === other.remember(a))
      },
    ),
  )
})

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => [key, sorted(part)])
}

test('at the start what nothing needs any more is forgotten, on the disk as well', () => {
  const records = new FakeRecords()
  const vault = new ConfigVault(records)
  const [a, b] = [vault.remember({ of: 'a' }), vault.remember({ of: 'b' })]
  vault.keep([a, b])
  const next = new ConfigVault(records)
  const inFile = next.rememberFile([{ of: 'b' }])
  next.keepOnly([a])
  assert.equal([next.configOf(a), next.configOf(b)], [{ of: 'a' }, { of: 'b' }], 'the file has it')
  assert.equal(inFile, [b])
  const last = new ConfigVault(records)
  assert.equal([last.configOf(a), last.configOf(b)], [{ of: 'a' }, null])
})

test('what is neither kept nor in the file is forgotten in the end, the oldest first', () => {
  const vault = new ConfigVault(new FakeRecords())
  const [ofFile] = vault.rememberFile([{ of: 'the file' }])
  const kept = vault.remember({ of: 'the disk' })
  vault.keep([kept])
  const first = vault.remember({ of: 'a client', number: -1 })
  const later = Array.from({ length: 1_000 }, (_, number) => vault.remember({ of: 'a client', number }))
  assert.is(vault.configOf(first), null)
  assert.is(later.filter((one) => vault.configOf(one) === null).length, 0)
  assert.ok(vault.configOf(ofFile!) && vault.configOf(kept))
})

test('a config that cannot be kept is refused; the key is stored with the first that can', () => {
  const records = new FakeRecords()
  records.isFull = true
  const vault = new ConfigVault(records)
  const one = vault.remember({ of: 'one' })
  assert.throws(() => vault.keep([one]), 'the disk is full')
  records.isFull = false
  vault.keep([one])
  const next = new ConfigVault(records)
  assert.equal([next.configOf(one), next.remember({ of: 'one' })], [{ of: 'one' }, one])
  records.isFull = true
  next.keepOnly([])
  assert.equal(next.configOf(one), { of: 'one' }, 'what cannot be removed stays')
})

test('the config of a connection lasts before its provider is called, but for a power cut', () => {
  const records = new FakeRecords()
  const vault = new ConfigVault(records)
  const config = vault.remember({ of: 'office' })
  const reference = { name: 'office', type: 'lab', config }
  const act: DialAct = {
    ...{ fence: 1, kind: 'connect', provider: 'x/lab' },
    parameters: { connection: reference, adapter: null },
  }
  let known: unknown = null
  const acts = { act: () => (known = new ConfigVault(records).configOf(config)), cancelAct: () => {} }
  keepingConfigs(acts, vault).act(act)
  assert.equal(known, { of: 'office' })
  assert.not(records.synced.has(config), 'the disk is not waited for')
})

test.run()
