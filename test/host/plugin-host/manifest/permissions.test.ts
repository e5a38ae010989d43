import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Permissions } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compilePathGlob } from '../../../../host/core/permissions/path-glob.js'
import { checkManifest } from '../../../../host/plugin-host/manifest/check-manifest.js'
import { suite } from '../../../harness.js'
import { goodManifest } from '../support.js'

const test = suite('plugin-host/manifest/permissions')
let folder = ''

test.before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'claimd-manifest-')))
  await writeFile(join(folder, 'index.js'), '')
})
test.after(() => rm(folder, { recursive: true }))

const provider = {
  id: 'main',
  configuration: { type: 'object', properties: { program: { type: 'string' }, mtu: { type: 'integer' } } },
}

async function faultsOf(permissions: unknown) {
  const manifest = { ...goodManifest('acme'), contributes: { providers: [provider] }, permissions }
  // More than JSON.stringify goes into.
  const text = JSON.stringify(manifest).replaceAll('"DEEP"', `${'['.repeat(5000)}${']'.repeat(5000)}`)
  const { faults } = await checkManifest(text, {
    file: 'package.json',
    realFolder: folder,
    hostVersion: '1.0.0',
  })
  for (const fault of faults) for (const text of Object.values(fault)) assert.ok(text.length > 0)
  return faults.map(({ field, ...fault }) => ({ field: field.replace(/^permissions\.?/, ''), ...fault }))
}

/** The one fault there is. */
async function faultOf(permissions: unknown) {
  const [fault, ...others] = await faultsOf(permissions)
  assert.equal(others, [], JSON.stringify(permissions))
  assert.ok(fault, JSON.stringify(permissions))
  return fault
}

test('what a real plugin asks for has no fault', async () => {
  const permissions: Permissions = {
    links: { create: ['wg-*', 'ppp[0-9]'] },
    exec: [
      {
        program: '/sbin/udhcpc',
        args: ['-f', '-i', '{adapter}', '--timeout={integer}', '-s', '/usr/share/udhcpc/default.script'],
        capabilities: ['NET_RAW', 'NET_BIND_SERVICE'],
      },
      { program: { configured: 'program' }, args: ['{word}', '{data}', '{address}', '{connection}'] },
      { program: '/usr/bin/python3.11', args: ['/usr/lib/acme/dial.py', '{word}'], network: false },
      { program: '/bin/busybox', args: ['udhcpc', '-i', '{adapter}'] },
    ],
    dbus: [
      {
        name: 'org.freedesktop.ModemManager1',
        path: '/org/freedesktop/ModemManager1/**',
        call: ['org.freedesktop.DBus.Properties.Get', 'org.freedesktop.ModemManager1.Modem.*'],
        signals: ['org.freedesktop.DBus.Properties.PropertiesChanged'],
      },
      { name: 'org.freedesktop.DBus', call: ['org.freedesktop.DBus.GetNameOwner'] },
    ],
    read: [
      '/proc/net/route',
      '/run/systemd/netif/leases/*',
      '/var/lib/dhcp/**',
      '/sys/class/net/*/operstate',
    ],
    network: true,
  }
  assert.equal(await faultsOf(permissions), [])
  assert.equal(await faultsOf({}), [])
  assert.equal(await faultsOf({ links: {}, exec: [], dbus: [], read: [], network: false }), [])
})

test('all faults of all permissions are told at once', async () => {
  const faults = await faultsOf({
    link: {},
    exec: [{ program: 'udhcpc', args: ['{adaptor}'], capabilities: ['CAP_NET_ADMIN'], shell: true }],
    dbus: [{ name: 'org.freedesktop.systemd1', call: ['Get'] }],
    read: ['/etc/*'],
    network: 'yes',
  })
  assert.equal(faults.map(({ field }) => field).sort(), [
    'dbus[0].call[0]',
    'dbus[0].name',
    'exec[0].args[0]',
    'exec[0].capabilities[0]',
    'exec[0].program',
    'exec[0].shell',
    'link',
    'network',
    'read[0]',
  ])
  const remedies = Object.fromEntries(faults.map(({ field, remedy }) => [field, remedy]))
  assert.is(remedies['exec[0].args[0]'], 'Did you mean "{adapter}"?')
  assert.is(remedies.link, 'Did you mean "links"?')
})

test('a program is an absolute path of one file where others do not write', async () => {
  for (const program of [
    'udhcpc',
    './x',
    '/sbin/../bin/x',
    '/sbin//x',
    '/sbin/',
    '/sbin/*',
    '/tmp/x',
    '/dev/shm/x',
    '/s\u202eb',
  ]) {
    assert.is((await faultOf({ exec: [{ program }] })).field, 'exec[0].program', program)
  }
  assert.is((await faultOf({ exec: [{ program: '' }] })).field, 'exec[0].program')
  assert.is((await faultOf({ exec: [{}] })).field, 'exec[0].program')
})

test('an argument is a literal, or ends in one known placeholder', async () => {
  for (const arg of [
    '{adapter}x',
    '{adapter}{word}',
    '{Word}',
    '{',
    '}',
    '{}',
    'a{b}c',
    '{{word}}',
    '\n',
    5,
    null,
  ]) {
    assert.is(
      (await faultOf({ exec: [{ program: '/x', args: ['ok', arg] }] })).field,
      'exec[0].args[1]',
      String(arg),
    )
  }
  assert.is(
    (await faultOf({ exec: [{ program: '/x', args: ['{conection}'] }] })).remedy,
    'Did you mean "{connection}"?',
  )
})

test('a program that could do anything is a fault, not a question', async () => {
  const open = [
    ['/bin/sh', '-c', '{word}'],
    ['/bin/sh'],
    ['/bin/sh', '-c', 'reboot'],
    ['/usr/bin/bash', '{data}'],
    ['/usr/bin/python3.12', '/usr/lib/{word}'],
    ['/usr/bin/perl5.36.0', '-e', '{word}'],
    ['/usr/bin/perl5.36-x86_64-linux-gnu', '-e', '{word}'],
    ['/bin/busybox', 'sh', '-c', '{word}'],
    ['/bin/busybox', '{word}'],
    ['/bin/busybox'],
    ['/usr/bin/node', '/tmp/x.js'],
  ]
  for (const [program, ...args] of open) {
    const { field } = await faultOf({ exec: [{ program, args }] })
    assert.match(field, /^exec\[0\]\.args/, `${program} ${args}`)
  }
  const starters = [
    '/usr/bin/env',
    '/usr/bin/sudo',
    '/lib64/ld-linux-x86-64.so.2',
    '/usr/bin/busctl',
    '/usr/bin/xargs',
  ]
  for (const program of starters) {
    assert.is((await faultOf({ exec: [{ program, args: ['{word}'] }] })).field, 'exec[0].program', program)
  }
})

test('a configured program names a setting of the type string', async () => {
  const configured = (key: string) => faultOf({ exec: [{ program: { configured: key } }] })
  const near = await configured('programm')
  assert.is(near.field, 'exec[0].program.configured')
  assert.is(near.remedy, 'Did you mean "program"?')
  assert.match(near.expected, 'program, mtu')
  assert.match((await configured('mtu')).expected, 'type "string"')
  assert.match((await configured('other')).remedy, 'Describe it')
})

test('capabilities are of a closed list, each once', async () => {
  const capabilities = (...list: string[]) => faultOf({ exec: [{ program: '/x', capabilities: list }] })
  assert.is((await capabilities('SYS_ADMIN')).field, 'exec[0].capabilities[0]')
  assert.is((await capabilities('NET_ADMN')).remedy, 'Did you mean "NET_ADMIN"?')
  assert.is((await capabilities('NET_RAW', 'NET_RAW')).field, 'exec[0].capabilities[1]')
})

test('a bus name is that of one service, and never of one that does what it is told as root', async () => {
  const call = ['org.acme.Get']
  for (const name of [
    'org.freedesktop.systemd1',
    'org.freedesktop.PolicyKit1',
    'org.freedesktop.*',
    'org.freedesktop.system?1',
    'org.freedesktop.[s]ystemd1',
    '*',
    ':1.4',
    'org',
    'org..x',
    'org.1x',
    'org.x y',
  ]) {
    assert.is((await faultOf({ dbus: [{ name, call }] })).field, 'dbus[0].name', name)
  }
  for (const [name, member] of [
    ['org.acme', 'org.freedesktop.systemd1.Manager.StartUnit'],
    ['org.freedesktop.DBus', 'org.freedesktop.DBus.Monitoring.BecomeMonitor'],
    ['org.freedesktop.DBus', 'org.freedesktop.DBus.*'],
    ['org.acme', '*'],
    ['org.acme', 'org.*.Get'],
    ['org.acme', 'org.acme.**'],
    ['org.acme', 'Get'],
    ['org.acme', 'org.acme.1Get'],
    ['org.acme', 'org.acme.Get()'],
  ] as const) {
    assert.is((await faultOf({ dbus: [{ name, call: [member] }] })).field, 'dbus[0].call[0]', member)
  }
  for (const path of ['org/x', '/org/', '//x', '/org/x-y', '/org/a**', '']) {
    assert.is((await faultOf({ dbus: [{ name: 'org.acme', path, call }] })).field, 'dbus[0].path', path)
  }
  assert.is((await faultOf({ dbus: [{ name: 'org.acme' }] })).field, 'dbus[0]')
  assert.is((await faultOf({ dbus: [{ name: 'org.acme', call: [], signals: [] }] })).field, 'dbus[0]')
  assert.is(
    (await faultOf({ dbus: [{ name: 'org.acme', call: [...call, ...call] }] })).field,
    'dbus[0].call[1]',
  )
})

test('what is read is an absolute glob that reaches no secret', async () => {
  for (const glob of [
    '/**',
    '/*/shadow',
    '/etc/shadow',
    '/etc/*',
    '/etc/**/*.conf',
    '/etc/sh*w',
    '/root/.ssh/id',
    '/proc/*/environ',
    '/proc/self/mem',
    '/var/lib/claimd/*',
    '/dev/mem',
    'etc/hosts',
    '/run/../etc/shadow',
    '/run//x',
    '/run/x/',
    '/run/a**',
    '/run/[a-z]',
    '/run/\u0000',
    '',
  ]) {
    assert.is((await faultOf({ read: [glob] })).field, 'read[0]', glob)
  }
  assert.match((await faultOf({ read: ['/etc/*'] })).expected, '/etc/shadow')
  assert.is((await faultOf({ read: ['/run/x', '/run/x'] })).field, 'read[1]')
})

test('what names of links are made is a glob that begins with something of its own', async () => {
  for (const glob of ['*', '?0', '[a-z]x', 'a b', 'a/b', 'a%d', 'e[', '-x', 'abcdefghijklmnop', '']) {
    assert.is((await faultOf({ links: { create: [glob] } })).field, 'links.create[0]', glob)
  }
  assert.is((await faultOf({ links: { create: ['wg-*', 'wg-*'] } })).field, 'links.create[1]')
  assert.is((await faultOf({ links: { creat: [] } })).remedy, 'Did you mean "create"?')
})

test('a glob without fault never reaches what no plugin may read', async () => {
  const secrets = [
    '/etc/shadow',
    '/root/.ssh/id',
    '/home/ann/x',
    '/proc/1/mem',
    '/proc/self/environ',
    '/dev/mem',
    '/run/claimd/x',
  ]
  const element = fc.oneof(
    fc.constantFrom('etc', 'root', 'home', 'proc', 'run', 'shadow', 'self', 'mem', 'net', 'x', '**', '*'),
    fc.string({ unit: fc.constantFrom('*', 's', 'h', 'e', 'm', 'x', '.', 'o', '1'), maxLength: 5 }),
  )
  let fine = 0
  await fc.assert(
    fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 4 }), async (elements) => {
      const glob = `/${elements.join('/')}`
      if ((await faultsOf({ read: [glob] })).length > 0) return
      fine++
      for (const path of secrets) assert.not(compilePathGlob(glob)(path), `${glob} ${path}`)
    }),
    { numRuns: 400 },
  )
  assert.ok(fine > 10)
})

test('permissions of any content are told, not stumbled over', async () => {
  const keys = [
    'links',
    'create',
    'exec',
    'program',
    'args',
    'dbus',
    'name',
    'path',
    'call',
    'read',
    'configured',
  ]
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 1, '', '/', '*', '{word}', '/bin/sh', 'org.x.Y', '/a/**', '__proto__'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
    ),
  })).value
  await fc.assert(
    fc.asyncProperty(json, async (permissions) => {
      await faultsOf(permissions)
      await faultsOf({ exec: [permissions], dbus: [permissions], read: [permissions], links: permissions })
    }),
    { numRuns: 400 },
  )
})

test('permissions of any form are told, not stumbled over', async () => {
  const odd = [null, 5, 'text', [], {}, [null], [[]], [{}], true, 'DEEP', ['DEEP'], { create: 'DEEP' }]
  for (const value of odd) {
    for (const key of ['links', 'exec', 'dbus', 'read', 'network']) await faultsOf({ [key]: value })
    for (const key of ['program', 'args', 'capabilities', 'network']) {
      await faultsOf({ exec: [{ program: '/x', [key]: value }] })
    }
    for (const key of ['name', 'path', 'call', 'signals'])
      await faultsOf({ dbus: [{ name: 'a.b', [key]: value }] })
  }
})

test.run()
