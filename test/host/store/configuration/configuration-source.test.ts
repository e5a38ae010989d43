import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { ownSettings } from '../../../../host/core/configuration/connection-settings.js'
import { ConfigurationSource } from '../../../../host/store/configuration/configuration-source.js'
import { openStore } from '../../../../host/store/open-store.js'
import { suite } from '../../../harness.js'
import { Folders } from '../folders.js'

const test = suite('store/configuration/configuration-source')
const folders = new Folders()
let file: string
let state: string

test.before.each(() => {
  file = join(folders.make(), 'config.json')
  state = folders.make()
})
test.after(() => folders.removeAll())

/** Starts with the file as a daemon does: what is in force, and what is wrong with the file. */
function started(required = false): { disabled: readonly string[]; fault: string | null } {
  const store = openStore(state)
  try {
    const source = new ConfigurationSource(file, required, store.records)
    const { plugins } = source.read()
    return { disabled: plugins.disabled, fault: source.fault?.code ?? null }
  } finally {
    store.close()
  }
}

const disabling = (name: string) => JSON.stringify({ plugins: { disabled: [name] } })

test('a start with a faulty file uses the last accepted configuration, and knows the fault', () => {
  writeFileSync(file, disabling('a'))
  assert.equal(started(), { disabled: ['a'], fault: null })
  writeFileSync(file, '{,}')
  assert.equal(started(), { disabled: ['a'], fault: 'CONFIGURATION_INVALID' })
  writeFileSync(file, disabling('b'))
  assert.equal(started(), { disabled: ['b'], fault: null })
})

test('a file that was there and is gone is a fault; one that never was is not', () => {
  assert.equal(started(), { disabled: [], fault: null })
  writeFileSync(file, disabling('a'))
  started()
  rmSync(file)
  assert.equal(started(), { disabled: ['a'], fault: 'CONFIGURATION_NOT_FOUND' })
  assert.equal(started(true), { disabled: ['a'], fault: 'CONFIGURATION_NOT_FOUND' })
})

test('without an accepted configuration a faulty file, or a missing one that was named, is refused', () => {
  assert.throws(
    () => started(true),
    ({ code }: { code: string }) => code === 'CONFIGURATION_NOT_FOUND',
  )
  writeFileSync(file, '{,}')
  assert.throws(
    () => started(),
    ({ code }: { code: string }) => code === 'CONFIGURATION_INVALID',
  )
})

test('what is written between the read and the watch is told', async () => {
  const store = openStore(state)
  try {
    writeFileSync(file, disabling('a'))
    const source = new ConfigurationSource(file, false, store.records)
    source.read()
    writeFileSync(file, '{,}')
    const watch = source.watch(
      () => assert.unreachable(),
      () => {},
    )
    while (source.fault === null) await sleep(5)
    assert.is(source.fault.code, 'CONFIGURATION_INVALID')
    await watch.close()
  } finally {
    store.close()
  }
})

test('a configuration of another file does not stand in', () => {
  writeFileSync(file, disabling('a'))
  started()
  file = `${file}-other`
  writeFileSync(file, '{,}')
  assert.throws(
    () => started(),
    ({ code }: { code: string }) => code === 'CONFIGURATION_INVALID',
  )
})

test('an accepted text that could not be written is told, and written as soon as that is possible', () => {
  writeFileSync(file, disabling('a'))
  const store = openStore(state)
  try {
    let failing = true
    const records = {
      all: store.records.all,
      drop: store.records.drop,
      put: (...what: Parameters<typeof store.records.put>) => {
        if (failing) throw new Error('the disk is full')
        store.records.put(...what)
      },
    }
    const source = new ConfigurationSource(file, false, records)
    assert.equal(source.read().plugins.disabled, ['a'])
    assert.is(source.unkept?.message, 'the disk is full')
    assert.is(source.keep(), false)
    failing = false
    assert.is(source.keep(), true)
    assert.is(source.unkept, null)
  } finally {
    store.close()
  }
  writeFileSync(file, '{,}')
  assert.equal(started().disabled, ['a'], 'the next start has it')
})

test('a text that an older version accepted stands in without what this one refuses', () => {
  const text = JSON.stringify({
    connections: {
      office: { type: 'lab', behaviour: 'per-policy', idleTimeout: 'never' },
      home: { type: 'lab', behaviour: 'always-connected', enabled: false },
    },
    offers: { ignore: [{ kind: 'veth' }, {}] },
    plugins: { disabled: ['a'], unheard: 1 },
  })
  writeFileSync(file, text)
  const store = openStore(state)
  try {
    store.records.put('accepted-configuration', file, { text })
    const source = new ConfigurationSource(file, false, store.records)
    const { connections, offers, plugins } = source.read()
    const home = ownSettings({ behaviour: 'always-connected', enabled: false })
    assert.equal(
      connections,
      [
        { name: 'office', type: 'lab', config: {}, ...ownSettings({ idleTimeout: 'never' }) },
        { name: 'home', type: 'lab', config: {}, ...home },
      ],
      'a connection stays, without the setting that is refused',
    )
    assert.equal(plugins.disabled, ['a'])
    assert.equal(offers.ignore, [{ kind: 'veth' }, { name: '*' }], 'it goes on to ignore every adapter')
    assert.is(source.fault?.faults?.length, 3)
  } finally {
    store.close()
  }
})

test('a byte order mark before the text is no fault', () => {
  writeFileSync(file, `\ufeff${disabling('a')}`)
  assert.equal(started(), { disabled: ['a'], fault: null })
})

test.run()
