import * as assert from 'uvu/assert'
import type { AcceptedPlugin } from '../../../../host/plugin-host/discovery/found-plugin.js'
import {
  currentVersion,
  fallbackVersion,
  goBackTo,
  isProven,
  newLineage,
  prove,
  takeOver,
} from '../../../../host/plugin-host/supervisor/lineage.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/lineage')
const version = (build: string) => ({ build }) as AcceptedPlugin
const of = (...builds: string[]) => {
  const [first, ...others] = builds
  const lineage = newLineage(version(first!), true)
  for (const build of others) takeOver(lineage, version(build), { replace: false })
  return lineage
}

test('the last good version stays at the bottom, whatever comes; of the others the newest two', () => {
  const lineage = of('good', 'b', 'c', 'd', 'e')
  assert.equal(
    lineage.versions.map(({ build }) => build),
    ['good', 'd', 'e'],
  )
  assert.is(goBackTo(lineage).build, 'e')
  assert.is(goBackTo(lineage).build, 'd')
  assert.is(currentVersion(lineage).build, 'good')
  assert.is(fallbackVersion(lineage), null)
})

test('what has passed its probation is all that is left', () => {
  const lineage = of('good', 'b', 'c')
  assert.not.ok(isProven(lineage))
  prove(lineage)
  assert.equal(
    lineage.versions.map(({ build }) => build),
    ['c'],
  )
  assert.ok(isProven(lineage))
})

test('a version that is nothing to go back to is replaced, and what replaces it is not proven', () => {
  const lineage = of('good')
  takeOver(lineage, version('b'), { replace: true })
  assert.equal(
    lineage.versions.map(({ build }) => build),
    ['b'],
  )
  assert.not.ok(isProven(lineage))
})

test.run()
