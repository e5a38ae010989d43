import * as assert from 'uvu/assert'
import { bringsPackages } from '../../../../host/core/plugins/brings-packages.js'
import { suite } from '../../../harness.js'

const test = suite('core/plugins/brings packages')

test('who names packages that it runs with brings them', () => {
  for (const fields of [
    { dependencies: { ms: '^2.0.0' } },
    { optionalDependencies: { ms: '*' }, dependencies: {} },
    { bundleDependencies: ['ms'] },
    { bundledDependencies: true },
  ]) {
    assert.is(bringsPackages(JSON.stringify(fields)), true, JSON.stringify(fields))
  }
})

test('what it was made with is no part of it', () => {
  for (const text of [
    '{}',
    '{"devDependencies":{"typescript":"*"},"dependencies":{},"bundleDependencies":[]}',
    '{"dependencies":"ms","bundledDependencies":false}',
    'null',
    '7',
    'no JSON',
  ]) {
    assert.is(bringsPackages(text), false, text)
  }
})

test.run()
