import type { Capability, DBusRule, ExecRule, Permissions } from '@claimd/sdk'
import { linkChanges } from '@claimd/sdk/manifest'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compileGlob } from '../../../../host/core/claims/glob.js'
import { isInteger, isWord, parseArgument } from '../../../../host/core/permissions/argument.js'
import { covers } from '../../../../host/core/permissions/covers.js'
import {
  asksForNothing,
  noPermissions,
  normalisePermissions,
} from '../../../../host/core/permissions/normalise.js'
import { compilePathGlob } from '../../../../host/core/permissions/path-glob.js'
import { suite } from '../../../harness.js'

const test = suite('core/permissions/covers')

const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 })
const linkName = fc.string({
  unit: fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]'),
  minLength: 1,
  maxLength: 3,
})
const glob = few(fc.constantFrom('a', 'b', 'a*', '*', '**')).map((names) => `/${names.join('/')}`)
const arg = fc.constantFrom(
  '-i',
  'ab',
  '-7',
  '7',
  '{word}',
  '{integer}',
  '{adapter}',
  '-i{word}',
  '-i7',
  '-i-x',
  '-x',
)
const execRule: fc.Arbitrary<ExecRule> = fc.record(
  {
    program: fc.constantFrom('/a', '/b', { configured: 'a' }),
    args: few(arg),
    capabilities: few(fc.constantFrom<Capability>('NET_ADMIN', 'NET_RAW')),
    network: fc.boolean(),
  },
  { requiredKeys: ['program'] },
)
const member = fc.constantFrom('x.y.A', 'x.y.Ab', 'x.y.A*', 'x.y.*', 'x.z.A')
const dbusRule: fc.Arbitrary<DBusRule> = fc.record(
  { name: fc.constantFrom('a.b', 'a.c'), path: glob, call: few(member), signals: few(member) },
  { requiredKeys: ['name'] },
)
const permissions: fc.Arbitrary<Permissions> = fc.record(
  {
    links: fc.record({ change: few(fc.constantFrom(...linkChanges)), create: few(linkName) }),
    exec: few(execRule),
    dbus: few(dbusRule),
    read: few(glob),
    network: fc.boolean(),
  },
  { requiredKeys: [] },
)

/** Single things to do, and whether permissions allow them: the meaning, written without a thought to globs in globs. */
const names = ['a', 'b', 'ab', 'ba', 'aab', 'bab', '*', '?']
const paths = ['/', '/a', '/b', '/a/b', '/a/a/b', '/b/ab', '/ab', '/b/b/b/b']
const members = ['x.y.A', 'x.y.Ab', 'x.y.C', 'x.z.A', 'x.z.B']
const words = ['-i', 'ab', '-7', '7', '-i7', '-iab', '-i-x', '-x', '']

function argumentAllowed(pattern: string, text: string): boolean {
  const { literal, placeholder } = parseArgument(pattern)!
  const rest = text.slice(literal.length)
  if (!text.startsWith(literal)) return false
  if (placeholder === null) return rest === ''
  return placeholder === 'integer' ? isInteger(rest) : placeholder === 'word' ? isWord(rest) : rest === 'ab'
}

function allowed(permissions: Permissions): Set<string> {
  const acts = new Set<string>()
  for (const change of permissions.links?.change ?? []) {
    acts.add(change === 'any-route' ? 'route anywhere' : `change ${change}`)
    if (change === 'any-route') acts.add('change route')
  }
  for (const one of permissions.links?.create ?? [])
    for (const name of names) if (compileGlob(one)(name)) acts.add(`create ${name}`)
  for (const one of permissions.read ?? [])
    for (const path of paths) if (compilePathGlob(one)(path)) acts.add(`read ${path}`)
  for (const { name, path = '/**', ...rule } of permissions.dbus ?? [])
    for (const key of ['call', 'signals'] as const)
      for (const pattern of rule[key] ?? [])
        for (const object of paths)
          for (const member of members)
            if (compilePathGlob(path)(object) && compileGlob(pattern)(member))
              acts.add(`${key} ${name} ${object} ${member}`)
  for (const { program, args = [], capabilities = [], network = true } of permissions.exec ?? []) {
    let lines = ['']
    for (const arg of args)
      lines = lines.flatMap((line) =>
        words.filter((word) => argumentAllowed(arg, word)).map((word) => `${line} ${word}`),
      )
    for (const line of lines) {
      const start = JSON.stringify([program, line, args.length])
      acts.add(`exec ${start}`)
      if (network) acts.add(`exec ${start} network`)
      for (const capability of capabilities) acts.add(`exec ${start} ${capability}`)
    }
  }
  if (permissions.network) acts.add('network')
  return acts
}

test('what is said to be covered never allows anything that was not granted', () => {
  let covered = 0
  fc.assert(
    fc.property(permissions, permissions, (granted, asked) => {
      if (covers(granted, asked).length > 0) return
      if (!asksForNothing(asked)) covered++
      const given = allowed(granted)
      for (const act of allowed(asked)) assert.ok(given.has(act), act)
    }),
    { numRuns: 8000 },
  )
  assert.ok(covered > 10, `${covered} were covered`)
})

test('what was granted covers itself, in any order and after every default was filled in', () => {
  fc.assert(
    fc.property(permissions, (one) => {
      assert.equal(covers(one, one), [])
      assert.equal(covers(normalisePermissions(one), one), [])
      assert.equal(covers(one, normalisePermissions(one)), [])
      assert.equal(normalisePermissions(normalisePermissions(one)), normalisePermissions(one))
    }),
  )
})

test('everything is covered by more of the same, and nothing by nothing', () => {
  fc.assert(
    fc.property(permissions, permissions, (one, more) => {
      const both: Permissions = {
        links: {
          change: [...(more.links?.change ?? []), ...(one.links?.change ?? [])],
          create: [...(one.links?.create ?? []), ...(more.links?.create ?? [])],
        },
        exec: [...(more.exec ?? []), ...(one.exec ?? [])],
        dbus: [...(more.dbus ?? []), ...(one.dbus ?? [])],
        read: [...(one.read ?? []), ...(more.read ?? [])],
        network: Boolean(one.network || more.network),
      }
      assert.equal(covers(both, one), [])
      assert.ok(allowed(one).size === 0 || covers(noPermissions, one).length > 0)
    }),
  )
})

test('each thing that was not granted is named with its place, and with what was granted', () => {
  const granted: Permissions = {
    exec: [{ program: '/sbin/udhcpc', args: ['-i', '{adapter}'], capabilities: ['NET_RAW'] }],
    read: ['/proc/net/*'],
    links: { change: ['any-route'] },
  }
  const faults = covers(granted, {
    links: { change: ['route', 'up'], create: ['wg-*'] },
    exec: [
      { program: '/sbin/udhcpc', args: ['-i', '{adapter}'] },
      { program: '/sbin/udhcpc', args: ['-i', '{adapter}'], capabilities: ['NET_RAW', 'NET_ADMIN'] },
    ],
    dbus: [{ name: 'org.x.Y', call: ['org.x.Y.Get'] }],
    read: ['/proc/net/route', '/proc/net/**'],
    network: true,
  })
  assert.equal(
    faults.map(({ field }) => field),
    [
      'permissions.links.change[1]',
      'permissions.links.create[0]',
      'permissions.exec[1]',
      'permissions.dbus[0].call[0]',
      'permissions.read[1]',
      'permissions.network',
    ],
  )
  assert.is(faults[4]!.asked, 'read every file below /proc/net')
  assert.is(faults[4]!.granted, 'read the files /proc/net/*')
  assert.match(faults[2]!.asked, 'NET_ADMIN (change any link')
  assert.is(faults[5]!.granted, 'nothing of this kind')
})

test('a literal is covered by the placeholder that it fits; a program is never covered by another', () => {
  const exec = (program: ExecRule['program'], ...args: string[]): Permissions => ({
    exec: [{ program, args }],
  })
  const fine = (granted: Permissions, asked: Permissions) => covers(granted, asked).length === 0
  assert.ok(fine(exec('/a', '{word}'), exec('/a', 'up')))
  assert.ok(fine(exec('/a', '--mtu={integer}'), exec('/a', '--mtu=1500')))
  assert.not(fine(exec('/a', '{word}'), exec('/a', '-x')))
  assert.not(fine(exec('/a', '{word}'), exec('/a', '../x')))
  assert.not(fine(exec('/a', '{adapter}'), exec('/a', 'eth0')))
  assert.not(fine(exec('/a', 'up'), exec('/a', '{word}')))
  assert.not(fine(exec('/a'), exec('/b')))
  assert.not(fine(exec('/a'), exec({ configured: '/a' })))
  assert.not(fine({ exec: [{ program: '/a', network: false }] }, exec('/a')))
  assert.ok(fine(exec('/a'), { exec: [{ program: '/a', network: false }] }))
})

test('methods may have been granted by several rules of one service', () => {
  const rule = (path: string, ...call: string[]) => ({ name: 'org.x', path, call })
  const granted = { dbus: [rule('/a/**', 'org.x.A'), rule('/**', 'org.x.B*')] }
  assert.equal(covers(granted, { dbus: [rule('/a/b', 'org.x.A', 'org.x.Bc')] }), [])
  assert.is(
    covers(granted, { dbus: [rule('/b', 'org.x.A', 'org.x.Bc')] })[0]!.field,
    'permissions.dbus[0].call[0]',
  )
})

test.run()
