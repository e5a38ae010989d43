import * as assert from 'uvu/assert'
import type { AcceptedPlugin } from '../../../../host/plugin-host/discovery/found-plugin.js'
import { Lineage } from '../../../../host/plugin-host/reload/lineage.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/lineage')
const version = (build: string) => ({ build }) as AcceptedPlugin
const of = (...builds: string[]) => {
  const [first, ...others] = builds
  const lineage = new Lineage(version(first!), true)
  for (const build of others) lineage.takeOver(version(build), { replace: false })
  return lineage
}

test('the last good version stays at the bottom, whatever comes; of the others the newest two', () => {
  const lineage = of('good', 'b', 'c', 'd', 'e')
  assert.equal(lineage.builds, ['good', 'd', 'e'])
  assert.is(lineage.goBack().build, 'e')
  assert.is(lineage.goBack().build, 'd')
  assert.is(lineage.current.build, 'good')
  assert.is(lineage.fallback, null)
})

test('what has passed its probation is all that is left', () => {
  const lineage = of('good', 'b', 'c')
  assert.not.ok(lineage.isProven)
  lineage.prove()
  assert.equal(lineage.builds, ['c'])
  assert.ok(lineage.isProven)
})

test('a version that is nothing to go back to is replaced, and what replaces it is not proven', () => {
  const lineage = of('good')
  lineage.takeOver(version('b'), { replace: true })
  assert.equal(lineage.builds, ['b'])
  assert.not.ok(lineage.isProven)
})

test.run()
