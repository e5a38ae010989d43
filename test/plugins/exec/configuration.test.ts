import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { readConnection } from './compiled.js'
import { adapter, connection } from './support.js'

const test = suite('plugins/exec/configuration')

const faultsOf = (config: object) =>
  (readConnection(connection('lab', config)) as { faults?: string[] }).faults ?? []

test('a program is enough; options and a rule may be given', () => {
  const plain = readConnection(connection('lab', { program: '/x' }))
  assert.equal(plain, { name: 'lab', program: '/x', match: null, options: {} })
  const full = readConnection(
    connection('lab', { program: '/x', match: { name: 'lab*', kind: 'veth' }, options: { a: [1] } }),
  )
  if ('faults' in full) throw new Error(full.faults.join())
  assert.equal(full.options, { a: [1] })
  assert.ok(full.match?.fits(adapter))
  assert.not.ok(full.match?.fits({ ...adapter, kind: 'ethernet' }))
  assert.ok(full.match?.fits({ ...adapter, name: 'eth0', alternativeNames: ['lab-long'] }))
  assert.ok(full.match?.stillFits({ ...adapter, name: 'eth0' }), 'a rename leaves it what it was')
  assert.not.ok(full.match?.stillFits({ ...adapter, kind: 'ethernet' }))
})

test('every fault is told, with what was found and expected', () => {
  assert.equal(faultsOf({ program: 'lab-link', options: [], match: { nam: 'x' }, run: 1 }), [
    'config.run: found 1, expected no such key; there are program, match, options',
    'config.program: found "lab-link", expected the absolute path of a script, such as "/usr/local/lib/claimd/lab-link"',
    'config.options: found [], expected an object',
    'config.match.nam: found "x", expected no such key; there are name, address, path, driver, kind, vendor, product',
  ])
  assert.match(faultsOf({})[0]!, 'config.program: found nothing')
  assert.match(faultsOf({ program: '/x', match: null })[0]!, 'config.match: found null')
})

test('whatever is configured, reading it does not throw', () => {
  const keyed = fc.dictionary(fc.constantFrom('program', 'match', 'options', 'x'), fc.jsonValue())
  fc.assert(fc.property(keyed, (config) => void readConnection(connection('lab', config))))
})

test.run()
