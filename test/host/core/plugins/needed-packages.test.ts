import * as assert from 'uvu/assert'
import { neededPackages } from '../../../../host/core/plugins/needed-packages.js'
import { suite } from '../../../harness.js'

const test = suite('core/plugins/needed packages')
const names = (fields: unknown) => neededPackages(JSON.stringify(fields)).map(({ name }) => name)

test('packages for run time are needed, and what npm lets be lacking is optional', () => {
  const fields = {
    dependencies: { ms: '^2.0.0', '@a/b': '*', fast: '*' },
    optionalDependencies: { fast: '*' },
    peerDependencies: { peer: '*' },
    bundleDependencies: ['ms', 'bundled'],
  }
  assert.equal(neededPackages(JSON.stringify(fields)), [
    { name: '@a/b', key: 'dependencies', optional: false },
    { name: 'bundled', key: 'bundleDependencies', optional: true },
    { name: 'fast', key: 'optionalDependencies', optional: true },
    { name: 'ms', key: 'dependencies', optional: false },
    { name: 'peer', key: 'peerDependencies', optional: true },
  ])
})

test('what the plugin was made with, and the SDK, are not needed', () => {
  const sdk = { '@claimd/sdk': 'file:../sdk' }
  assert.equal(names({ devDependencies: { typescript: '*', ...sdk } }), [])
  assert.equal(names({ dependencies: sdk, peerDependencies: sdk, bundleDependencies: ['@claimd/sdk'] }), [])
})

test('a name that would lead elsewhere, and a faulty manifest, name nothing', () => {
  const wrong = ['..', '.', '../x', '/etc', 'a/b', '@a', '@a/..', '@../b', '.bin', 'a\\b', '', '@a/b/c']
  assert.equal(names({ dependencies: Object.fromEntries(wrong.map((name) => [name, '*'])) }), [])
  for (const fields of [
    null,
    7,
    { dependencies: 'ms' },
    { bundledDependencies: true },
    { dependencies: null },
  ]) {
    assert.equal(names(fields), [])
  }
  assert.equal(neededPackages('no JSON'), [])
})

test.run()
