import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  compilePathGlob,
  pathGlobCovers,
  pathGlobsMeet,
  starCovers,
} from '../../../../host/core/permissions/path-glob.js'
import { suite } from '../../../harness.js'

const test = suite('core/permissions/path-glob')

/** Few letters and short elements, so that globs and paths often fit. */
const element = fc.oneof(
  fc.constant('**'),
  fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 }),
)
const glob = fc.array(element, { maxLength: 4 }).map((elements) => `/${elements.join('/')}`)
const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 })
const path = fc.array(name, { maxLength: 5 }).map((names) => `/${names.join('/')}`)

/** The same meaning, written as a regular expression. */
function expression(glob: string): RegExp {
  const elements = glob.split('/').filter(Boolean)
  const parts = elements.map((one) => (one === '**' ? '(?:/[^/]+)*' : `/${one.replaceAll(/\*+/g, '[^/]*')}`))
  return new RegExp(`^${parts.join('')}$`)
}

test('a star stays within a name, two of them take any number of names', () => {
  const fits = (glob: string, path: string) => compilePathGlob(glob)(path)
  assert.ok(fits('/a/*', '/a/.b'))
  assert.not(fits('/a/*', '/a/b/c'))
  assert.not(fits('/a/*', '/a'))
  for (const path of ['/a', '/a/b', '/a/b/c']) assert.ok(fits('/a/**', path), path)
  assert.ok(fits('/a/**/z', '/a/z') && fits('/a/**/z', '/a/b/c/z'))
  assert.not(fits('/a/**/z', '/a/b/c'))
  assert.ok(fits('/run/wpa-*.pid', '/run/wpa-eth0.pid'))
  assert.not(fits('/a/x?[y]', '/a/xzy'))
  assert.ok(fits('/a/x?[y]', '/a/x?[y]'))
  assert.ok(fits('/**', '/') && fits('/', '/'))
})

test('a path that climbs, or that does not begin at the root, fits nothing', () => {
  for (const path of ['/a/../etc/shadow', '/a/./b', 'a/b', '']) assert.not(compilePathGlob('/**')(path), path)
})

test('a glob matches what the same regular expression does', () => {
  fc.assert(
    fc.property(glob, path, (glob, path) => {
      assert.is(compilePathGlob(glob)(path), expression(glob).test(path === '/' ? '' : path))
    }),
    { numRuns: 2000 },
  )
})

test('it costs little, whatever the glob', () => {
  const fits = compilePathGlob(`/${'**/a*a*a*/'.repeat(200)}z`)
  assert.not(fits(`/${'aaaa/'.repeat(800)}a`))
  assert.ok(pathGlobsMeet(`/${'**/a*a*/'.repeat(100)}z`, `/${'**/*a*a/'.repeat(100)}z`))
})

test('a glob that covers another matches all that it matches', () => {
  let covered = 0
  fc.assert(
    fc.property(glob, glob, fc.array(path, { minLength: 20, maxLength: 20 }), (outer, inner, paths) => {
      if (!pathGlobCovers(outer, inner)) return
      covered++
      for (const path of paths) {
        if (compilePathGlob(inner)(path)) assert.ok(compilePathGlob(outer)(path), `${outer} ${inner} ${path}`)
      }
    }),
    { numRuns: 5000 },
  )
  assert.ok(covered > 100)
})

test('a glob covers itself, what it matches, and globs that plainly lie within it', () => {
  fc.assert(fc.property(glob, (glob) => assert.ok(pathGlobCovers(glob, glob))))
  fc.assert(
    fc.property(glob, path, (glob, path) => {
      assert.is(pathGlobCovers(glob, path), compilePathGlob(glob)(path))
    }),
  )
  assert.ok(pathGlobCovers('/proc/net/**', '/proc/net/*/stat'))
  assert.ok(pathGlobCovers('/run/*.pid', '/run/wpa-*.pid'))
  assert.not(pathGlobCovers('/run/*', '/run/**'))
  assert.not(pathGlobCovers('/run/wpa-*', '/run/*'))
  assert.ok(starCovers('org.x.*', 'org.x.Get*'))
  assert.not(starCovers('org.x.Get*', 'org.x.*'))
})

test('globs that match one path in common meet, and others do not', () => {
  fc.assert(
    fc.property(glob, glob, path, (a, b, path) => {
      if (compilePathGlob(a)(path) && compilePathGlob(b)(path)) assert.ok(pathGlobsMeet(a, b))
      assert.is(pathGlobsMeet(a, b), pathGlobsMeet(b, a))
      assert.is(pathGlobsMeet(a, path), compilePathGlob(a)(path))
    }),
    { numRuns: 3000 },
  )
  for (const [a, b] of [
    ['/etc/*', '/etc/shadow'],
    ['/**', '/etc/shadow'],
    ['/etc/s*w', '/etc/*hado*'],
    ['/etc/**/shadow', '/etc/shadow'],
    ['/*/**', '/root/**'],
  ] as const)
    assert.ok(pathGlobsMeet(a, b), `${a} ${b}`)
  for (const [a, b] of [
    ['/etc/a*', '/etc/shadow'],
    ['/etc/*/shadow', '/etc/shadow'],
    ['/var/**', '/etc/**'],
    ['/etc/*.conf', '/etc/s*w'],
  ] as const)
    assert.not(pathGlobsMeet(a, b), `${a} ${b}`)
})

test.run()
