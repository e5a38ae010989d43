import type { StorageService } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { FormerNames } from './compiled.js'
import { adapter } from './support.js'

const test = suite('plugins/ethernet/former names')

/** Storage whose writes end when the test says so. */
function slowStorage() {
  const writes: { names: object; end(error?: Error): void }[] = []
  const set = (_: string, names: object) =>
    new Promise<void>((done, fail) => {
      writes.push({ names, end: (error) => (error ? fail(error) : done()) })
    })
  return { writes, storage: { get: async () => undefined, set } as unknown as StorageService }
}

const turn = () => new Promise(setImmediate)

test('names of held adapters are written one write at a time, the last state after that', async () => {
  const { writes, storage } = slowStorage()
  const names = new FormerNames(storage)
  for (const id of ['1.1', '2.1', '3.1']) {
    await names.note({ ...adapter, id, name: `eth${id}` })
    names.hold(id)
  }
  assert.equal(
    writes.map(({ names }) => names),
    [{ '1.1': ['eth1.1'] }],
  )
  writes[0]!.end()
  await turn()
  assert.equal(writes.at(-1)!.names, { '1.1': ['eth1.1'], '2.1': ['eth2.1'], '3.1': ['eth3.1'] })
  assert.is(writes.length, 2)
  writes[1]!.end()
  await turn()
  assert.is(writes.length, 2, 'nothing is new')
})

test('what could not be written is written with the next change, and not again and again', async () => {
  const { writes, storage } = slowStorage()
  const names = new FormerNames(storage)
  names.hold('1.1')
  writes[0]!.end(new Error('the disk is full'))
  await turn()
  assert.is(writes.length, 1)
  names.hold('2.1')
  assert.equal(writes[1]!.names, { '1.1': [], '2.1': [] })
})

test.run()
