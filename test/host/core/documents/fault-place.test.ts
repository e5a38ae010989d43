import * as assert from 'uvu/assert'
import { faultyFile } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'

const test = suite('core/documents/fault-place')

const fault = (file: string, field = '') => ({ file, field, found: 'a', expected: 'b', remedy: 'c' })
const of = (...faults: ReturnType<typeof fault>[]) => {
  const { message, found } = faultyFile('PLUGIN_INVALID', faults, 'correct them')
  return [message, found]
}

test('an error of faults names the file that they are in, and each place in it', () => {
  assert.equal(of(fault('/p/config.json', 'a.b')), ['/p/config.json has a fault at a.b', 'a'])
  assert.equal(of(fault('/p/lib.fifo')), ['/p/lib.fifo has a fault', 'a'])
  assert.equal(of(fault('/p/index.js:3:9')), ['/p/index.js has a fault at line 3, column 9', 'a'])
  assert.equal(of(fault('/p/index.js:3:9'), fault('/p/index.js:4:1')), [
    '/p/index.js has 2 faults',
    'faults at line 3, column 9; line 4, column 1',
  ])
})

test('faults of several files are those of their folder', () => {
  assert.equal(of(fault('/p/q/package.json', 'main'), fault('/p/q/lib/x.js:1:2'), fault('/p/q/lib.fifo')), [
    '/p/q has 3 faults',
    'faults at package.json, main; lib/x.js, line 1, column 2; lib.fifo',
  ])
  assert.equal(of(fault('/a/x'), fault('/b/x')), ['/ has 2 faults', 'faults at a/x; b/x'])
  assert.is(of(fault('a'), fault('b'))[1], 'faults at a; b')
})

test.run()
