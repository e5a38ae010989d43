import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClaimdError, ExecRule } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { execFaults } from '../../../../../host/plugin-host/manifest/exec-faults.js'
import { allowedBy } from '../../../../../host/plugin-host/services/exec/exec-rules.js'
import { suite } from '../../../../harness.js'
import { FakeCaller } from '../fake-caller.js'

const test = suite('plugin-host/services/exec/exec-rules')
let data: string

test.before(async () => {
  data = await mkdtemp(join(tmpdir(), 'claimd-data-'))
  await mkdir(join(data, 'sub'))
  await writeFile(join(data, 'sub', 'file'), '')
  await symlink('/etc', join(data, 'out'))
  await symlink('/nowhere', join(data, 'dangling'))
  await symlink('sub', join(data, 'in'))
})
test.after(() => rm(data, { recursive: true }))

function callerWith(...exec: ExecRule[]): FakeCaller {
  const caller = new FakeCaller({ exec }, { data })
  caller.connections = [
    { name: 'office', type: 'lab', config: { program: '/opt/dial', other: 5 } },
    { name: 'home', type: 'lab', config: {} },
  ]
  return caller
}

async function allowed(rule: ExecRule, program: string, ...args: string[]): Promise<boolean> {
  return allowedBy(callerWith(rule), { program, args }).then(
    () => true,
    (error: ClaimdError) => {
      assert.is(error.code, 'NOT_ALLOWED')
      return false
    },
  )
}

test('what no manifest may ask for is not suggested for one', async () => {
  const remedyFor = (program: string, ...args: string[]) =>
    allowedBy(callerWith(), { program, args }).then(
      () => 'it was not refused',
      (error: ClaimdError) => error.remedy!,
    )
  for (const [command, advice] of [
    [['/bin/sh', '-c', 'id'], 'Put what it should do into a file'],
    [['/bin/busybox', '-x'], 'Name the applet'],
    [['/usr/bin/env', 'id'], 'Name what it should start as the program'],
    [['uname', '-n'], 'Write the whole path'],
    [['/tmp/program'], 'Install the program elsewhere'],
    [['/bin/../bin/a'], 'Write the path that it leads to'],
  ] as const) {
    const [program, ...args] = command
    const remedy = await remedyFor(program, ...args)
    assert.match(remedy, advice)
    assert.not.match(remedy, 'plugin trust')
    assert.ok(execFaults([{ program, args }], []).length > 0, program)
  }
  assert.match(await remedyFor('/usr/bin/uname', '-n'), 'plugin trust asks')
})

test('a program without a rule, or with other arguments than its rule has, is refused', async () => {
  const rule = { program: '/bin/a', args: ['-q', '--x'] }
  assert.ok(await allowed(rule, '/bin/a', '-q', '--x'))
  for (const [program, ...args] of [
    ['/bin/b', '-q', '--x'],
    ['/bin/../bin/a', '-q', '--x'],
    ['a', '-q', '--x'],
    ['/bin/a', '-q'],
    ['/bin/a', '-q', '--x', '--x'],
    ['/bin/a', '--x', '-q'],
    ['/bin/a'],
  ] as const) {
    assert.not(await allowed(rule, program, ...args), [program, ...args].join(' '))
  }
  assert.ok(await allowed({ program: '/bin/a' }, '/bin/a'))
  assert.not(await allowed({ program: '/bin/a' }, '/bin/a', ''))
})

const placeholders: Record<string, { fit: string[]; unfit: string[] }> = {
  '{adapter}': { fit: ['held0'], unfit: ['held1', 'held', 'held0 ', '', '-held0'] },
  '{connection}': { fit: ['office', 'home'], unfit: ['elsewhere', ''] },
  '{address}': {
    fit: ['10.0.0.1', '10.0.0.1/24', 'fe80::1', 'fe80::1/64', '::/0', '0.0.0.0/0'],
    unfit: [
      '10.0.0',
      '10.0.0.1/33',
      'fe80::1%eth0',
      'fe80::1/129',
      '10.0.0.1/',
      '/24',
      '10.0.0.1/24/3',
      'a',
      '',
    ],
  },
  '{integer}': { fit: ['0', '-5', '42'], unfit: ['1.5', '0x1', '', '5 ', '--5', '+5', '٣'] },
  '{word}': { fit: ['a.b_c:d@e+f-g', '5'], unfit: ['-a', 'a b', '', 'a/b', 'a;b', '$x', 'a\n'] },
}

for (const [placeholder, { fit, unfit }] of Object.entries(placeholders)) {
  test(`${placeholder} stands for what it says, alone and after a literal`, async () => {
    for (const [values, expected] of [
      [fit, true],
      [unfit, false],
    ] as const) {
      for (const value of values) {
        assert.is(await allowed({ program: '/a', args: [placeholder] }, '/a', value), expected, value)
        const long = value.startsWith('-') && placeholder !== '{integer}' ? false : expected
        assert.is(
          await allowed({ program: '/a', args: [`--x=${placeholder}`] }, '/a', `--x=${value}`),
          long,
          value,
        )
      }
      assert.not(await allowed({ program: '/a', args: [`--x=${placeholder}`] }, '/a', fit[0]!))
    }
  })
}

test('{data} stands for paths in the data folder, and links do not lead out of it', async () => {
  const rule = { program: '/a', args: ['{data}'] }
  for (const path of ['', '/sub', '/sub/file', '/new', '/new/deeper', '/in/file', '/..file']) {
    assert.ok(await allowed(rule, '/a', data + path), path)
  }
  for (const path of [
    '/../x',
    '/sub/../../x',
    '/out',
    '/out/shadow',
    '/out/new',
    '/dangling',
    '-secret',
    '/./sub',
  ]) {
    assert.not(await allowed(rule, '/a', data + path), path)
  }
  for (const path of ['/etc/passwd', 'sub', '/', '']) assert.not(await allowed(rule, '/a', path), path)
})

test('a configured program is what the operator wrote for it', async () => {
  const rule = { program: { configured: 'program' } }
  assert.ok(await allowed(rule, '/opt/dial'))
  assert.not(await allowed(rule, '/opt/other'))
  assert.not(await allowed({ program: { configured: 'other' } }, '5'))
  assert.not(await allowed({ program: { configured: 'constructor' } }, '/opt/dial'))
  assert.not(await allowed({ program: { configured: 'lacking' } }, 'undefined'))
})

test('the first rule that allows it is taken, and a refusal names what was granted', async () => {
  const caller = callerWith(
    { program: '/a', args: ['{word}'] },
    { program: '/a', args: ['x'], capabilities: ['NET_RAW'] },
  )
  assert.equal(await allowedBy(caller, { program: '/a', args: ['x'] }), { program: '/a', args: ['{word}'] })
  const error: ClaimdError = await allowedBy(caller, { program: '/etc/x', args: ['a b'] }).then(
    () => assert.unreachable(),
    (thrown) => thrown,
  )
  assert.match(error.message, 'start "/etc/x" "a b"')
  assert.match(error.expected!, 'start /a with {word}; start /a with x')
  assert.match(error.remedy!, 'permissions.exec')
})

test('whatever is asked for, a literal stands for itself alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (literal, arg) => {
      fc.pre(!/[{}]/.test(literal) && literal !== arg)
      assert.not(await allowed({ program: '/a', args: [literal] }, '/a', arg))
    }),
  )
})

test.run()
