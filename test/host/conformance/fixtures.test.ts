import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from '@claimd/sdk'
import type { CaseReport } from '@claimd/sdk/conformance'
import type { Fixtures } from '@claimd/sdk/testing'
import * as assert from 'uvu/assert'
import { verifyPlugin } from '../../../host/main.js'
import { suite } from '../../harness.js'
import { goodManifest } from '../plugin-host/support.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/fixtures', { timeout: 60_000 })
let folder = ''

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-fixtures-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const call = { name: 'org.example.Lab', path: '/lab', interface: 'org.example.Lab', member: 'Owns' }
const fixtures: Fixtures = {
  // A file that every machine has, and not with this text.
  read: { '/etc/hostname': 'lab-machine', '/run/lab/one': '1' },
  exec: [{ program: '/bin/true', args: ['lab'], stdout: 'yes' }],
  dbus: [{ ...call, args: ['lab'], values: [true] }],
}

/** A plugin that claims what file, program and service together say is its own, and waits for ever for what is down. */
function writePlugin(conformance: Fixtures): void {
  mkdirSync(join(folder, 'plugin'), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(folder, 'plugin', name), text)
  const permissions = {
    read: ['/etc/hostname', '/run/lab/*'],
    exec: [{ program: '/bin/true', args: ['lab'] }],
    dbus: [{ name: call.name, path: call.path, call: [`${call.interface}.${call.member}`] }],
  }
  write('package.json', JSON.stringify({ ...goodManifest('lab'), permissions }))
  write('conformance.json', JSON.stringify(conformance))
  write(
    'index.js',
    `export function activate({ providers, read, exec, dbus, offers }) {
  providers.register('main', {
    async claimConnection({ adapter, connection }) {
      if (!adapter.up) return { result: 'PENDING', retryAfterMs: 1 }
      try {
        const found = [
          await read.file('/etc/hostname'),
          ...(await read.list('/run/lab/*')),
          (await exec.run('/bin/true', ['lab'])).stdout,
          ...(await dbus.call({ ...${JSON.stringify(call)}, signature: 's', args: ['lab'] })),
        ].join(' ')
        return found === 'lab-machine /run/lab/one yes true'
          ? { result: 'SUCCESS', connection, volatile: true }
          : { result: 'INVALID_CONNECTION', reason: found }
      } catch (error) {
        return { result: 'INVALID_CONNECTION', reason: error.code }
      }
    },
    async claimed({ adapter }) {
      await offers.request(adapter.id)
    },
  })
}
`,
  )
}

async function verify(...only: string[]): Promise<Record<string, CaseReport['result']>> {
  const { cases } = await verifyPlugin({ folder: join(folder, 'plugin'), only })
  return Object.fromEntries(cases.map(({ id, result }) => [id, result]))
}

test('files, programs and services are those of conformance.json, also in whole daemons', async () => {
  writePlugin(fixtures)
  const results = await verify('claims-something', 'same-after-restart')
  assert.equal([results['claims-something'], results['same-after-restart']], ['pass', 'pass'])
})

for (const left of ['read', 'exec', 'dbus'] as const) {
  test(`what conformance.json does not name under ${left} is not there, whatever the machine has`, async () => {
    const { [left]: _, ...others } = fixtures
    writePlugin(others)
    const results = await verify('claims-something')
    assert.is(results['claims-something'], 'fail')
  })
}

test('a provider may put its answer off for as long as the host lets it, and ask for offers', async () => {
  writePlugin(fixtures)
  const results = await verify('pending-bounded', 'claim-stands')
  assert.equal([results['pending-bounded'], results['claim-stands']], ['pass', 'pass'])
})

test('a missing fixture is told as what conformance.json lacks, and odd names are not blamed', async () => {
  writePlugin(fixtures)
  const write = (name: string, text: string) => writeFileSync(join(folder, 'plugin', name), text)
  const providers = [
    { id: 'first', match: [{ name: 'first*' }] },
    { id: 'second', match: [{ name: 'second*' }] },
  ]
  const permissions = { exec: [{ program: '/bin/true', args: ['other'] }] }
  write('package.json', JSON.stringify({ ...goodManifest('lab'), contributes: { providers }, permissions }))
  write(
    'index.js',
    `export function activate({ providers, exec }) {
  const success = ({ connection }) => ({ result: 'SUCCESS', connection, volatile: true })
  providers.register('first', { claimConnection: success })
  providers.register('second', {
    async claimConnection(offer) {
      await exec.run('/bin/true', ['other'])
      return success(offer)
    },
  })
}
`,
  )
  const { cases } = await verifyPlugin({
    folder: join(folder, 'plugin'),
    only: ['never-throws', 'odd-names'],
  })
  const reportOf = (id: string) => cases.find((one) => one.id === id)!
  const { result, expected, remedy } = reportOf('never-throws')
  assert.is(result, 'fail')
  assert.is(expected, 'conformance.json names what the plugin reads, runs and calls')
  assert.is(
    remedy,
    'In conformance.json, name it under exec, such as { "exec": [{"program":"/bin/true","args":["other"],"stdout":""}] }; if a machine may lack it, let the plugin catch the error',
  )
  assert.is(reportOf('odd-names').result, 'skip')
})

/** The faults of conformance.json for which the plugin cannot be tried. */
async function faultsOf(conformance: unknown): Promise<unknown[]> {
  writePlugin(conformance as Fixtures)
  const error = await verify('manifest').then(
    () => assert.unreachable(),
    (error) => error,
  )
  assert.is(error.code, 'CONFORMANCE_FILE_INVALID')
  return error.document.faults.map(({ field, found, expected }: Fault) => [field, found, expected])
}

test('what has the wrong form in conformance.json is told with its place and the form', async () => {
  const faults = await faultsOf({
    adapters: [{ name: 'lab0', addresses: ['192.0.2.7'] }],
    read: { x: 'y', z: '' },
    exec: [{ program: 'true' }],
  })
  const file = 'a text: the absolute path of a file, such as `/run/modem/state`'
  const address = 'a text: an address with its prefix length, such as `192.0.2.7/24`'
  assert.equal(faults, [
    ['adapters[0].addresses[0]', '"192.0.2.7"', address],
    ['read.x', '"x"', file],
    ['read.z', '"z"', file],
    ['exec[0].program', '"true"', 'a text: its absolute path'],
  ])
})

test('a connection of a type that the plugin does not serve is a fault of conformance.json', async () => {
  const faults = await faultsOf({ connections: { office: { type: 'lap' } } })
  assert.equal(faults, [
    ['connections.office.type', '"lap"', 'no connection: the plugin serves no connectionTypes'],
  ])
})

test('two adapters of one name are a fault of conformance.json', async () => {
  const faults = await faultsOf({ adapters: [{ name: 'lab0' }, { name: 'lab1' }, { name: 'lab0' }] })
  assert.equal(faults, [['adapters[2].name', '"lab0"', 'a name of its own; adapters[0] has this one']])
})

test.run()
