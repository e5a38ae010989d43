import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventDocument, Finding } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Lab, until } from './lab.js'

const test = suite('system/faulty-configuration')
let lab: Lab
/** Each starts many commands. */
const patience = { timeout: 40_000 }

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

const contribution = {
  connectionTypes: ['lab'],
  configuration: { properties: { port: { type: 'integer' } }, additionalProperties: false },
}
const sound = { offers: { ignore: [{ name: 'p-*' }] } }

/** What each of the four places says: status, doctor, the events of monitor, and the log. */
async function told(type: string) {
  const doctor = await lab.run('--json', 'doctor')
  const findings: Finding[] = doctor.json.findings
  return {
    status: (await lab.run('status')).stdout.replace(/\s+/g, ' '),
    exit: doctor.code,
    doctor: findings
      .filter(({ subject, verdict }) => subject === 'configuration' && verdict === 'wrong')
      .map(({ found, remedy }) => `${found} ${remedy}`),
    events: (await events(type)).map(({ message }) => message),
    log: lab.daemons.map(({ output }) => output).join(''),
  }
}

const status = async () => (await lab.http('GET', '/v1/status')).json
const mended = () => events('configuration-mended')

/** All events of one type until now. */
async function events(type: string): Promise<EventDocument[]> {
  const found: EventDocument[] = []
  const { revision } = await status()
  for await (const event of new Client({ socket: lab.socket }).events({ since: 0 })) {
    if (event.type === type) found.push(event)
    if (event.revision >= revision) break
  }
  return found
}

test(
  'two faults of an edit are told everywhere until they are mended, also after a kill, and all stays protected',
  async () => {
    lab.withNamespace()
    lab.drop('a', claims('a'))
    lab.configure(sound)
    lab.link('lab0', '10.9.0.1/24')
    await lab.start()
    await lab.settles('lab0', 'claimed', 'a/p')
    assert.is((await status()).configurationFault, null)

    lab.configure({ ofers: {}, connections: { x: { type: 'lab', behaviour: 'per-policy' } } })
    await until(
      async () => (await status()).configurationFault !== null,
      () => lab.daemons[0]!.output,
    )
    const places = ['ofers', 'connections.x.behaviour']
    for (const again of [false, true]) {
      let stderr = ''
      if (again) {
        await lab.daemons[0]!.kill('SIGKILL')
        const daemon = lab.launch()
        daemon.process.stderr!.on('data', (text) => {
          stderr += text
        })
        await daemon.answers()
      }
      const { status: text, exit, doctor, events: messages, log } = await told('configuration-faulty')
      assert.is(exit, 13)
      assert.match(text, 'the last good one is in force')
      assert.is(doctor.length, 2, JSON.stringify(doctor))
      for (const place of places) {
        assert.match(text, place)
        assert.ok(doctor.some((text) => text.includes(place)))
        assert.ok(messages.some((text) => text.includes('last good configuration')))
        assert.match(log, place)
        if (again) assert.match(stderr, place)
      }
      assert.equal(
        (await events('configuration-faulty')).map(({ file, faults }) => [file, (faults as []).length]),
        again
          ? [
              [lab.config, 2],
              [lab.config, 2],
            ]
          : [[lab.config, 2]],
      )
      const refused = await lab.http('POST', '/v1/connections/a/disconnect')
      assert.is(refused.status, 409)
    }

    rmSync(lab.config)
    await until(
      async () => (await status()).configurationFault?.code === 'CONFIGURATION_NOT_FOUND',
      () => 'a deleted file is a faulty edit',
    )
    lab.configure({ ofers: {} })
    await until(
      async () => (await status()).configurationFault?.code === 'CONFIGURATION_INVALID',
      () => 'the faulty edit is not told',
    )
    const [single] = (await events('configuration-faulty')).slice(-1)
    assert.match(
      single!.message,
      /has a fault at ofers: found /,
      'the place of a single fault stands there once',
    )
    lab.configure(sound)
    await until(
      async () => (await mended()).length === 1,
      () => 'that it is mended is not told',
    )
    const after = await told('configuration-mended')
    assert.equal(after.events, [`${lab.config} is in force again`])
    assert.equal(after.doctor, [])
    assert.not.match(after.status, 'in force')
  },
  patience,
)

test(
  'types that no provider has and settings that do not fit are told everywhere until they are mended',
  async () => {
    lab.withNamespace()
    lab.drop('a', claims('a'), contribution)
    lab.configure({
      ...sound,
      connections: { one: { type: 'lab', config: { port: 'x', prot: 1 } }, two: { type: 'vpn' } },
    })
    await lab.start()
    await until(
      async () => (await status()).configurationDoubts.length === 3,
      async () => JSON.stringify(await status()),
    )
    const places = ['connections.one.config.port', 'connections.one.config.prot', 'connections.two.type']
    const { status: text, exit, doctor, events: messages, log } = await told('configuration-doubt')
    for (const place of places) {
      assert.match(text, place)
      assert.is(doctor.filter((text) => text.includes(place)).length, 1)
      assert.is(messages.filter((text) => text.includes(place)).length, 1)
      assert.match(log, place)
    }
    assert.is(exit, 13)

    lab.drop('vpn', claims('vpn'), { connectionTypes: ['vpn'], match: [] })
    lab.configure({
      ...sound,
      connections: { one: { type: 'lab', config: { port: 1 } }, two: { type: 'vpn' } },
    })
    await until(
      async () => (await mended()).length === 3,
      async () => JSON.stringify(await mended()),
    )
    assert.equal((await status()).configurationDoubts, [])
    assert.equal((await told('configuration-doubt')).doctor, [])
  },
  patience,
)

test(
  'a file can be checked before it is used, without a daemon and with the plugins of one',
  async () => {
    lab.withNamespace()
    lab.drop('a', claims('a'), contribution)
    const file = join(lab.folder, 'next.json')
    const write = (value: unknown) => writeFileSync(file, JSON.stringify(value))
    const check = (...more: string[]) => lab.run('config', 'check', file, ...more)
    const places = (json: { faults: { field: string; file: string }[] }) =>
      json.faults.map(({ field }) => field)
    const own = ['--plugins', lab.plugins, '--no-bundled']

    write({ connections: { one: { type: 'lab', config: { port: 1 } } } })
    const good = await check(...own, '--json')
    assert.is(good.code, 0, good.stdout)
    assert.equal(good.json, { result: 'SUCCESS', file, connections: 1, plugins: ['a'], warnings: [] })

    write({ connections: { one: { type: 'lab', config: { port: 'x' } }, two: { type: 'vpn' } }, ofers: {} })
    const bad = await check(...own, '--json')
    assert.is(bad.code, 2)
    assert.is(bad.json.code, 'CONFIGURATION_INVALID')
    assert.equal(places(bad.json), ['ofers', 'connections.two.type', 'connections.one.config.port'])
    for (const fault of bad.json.faults) {
      assert.is(fault.file, file)
      for (const key of ['found', 'expected', 'remedy']) assert.ok(fault[key].length > 0)
    }
    const forPeople = await check(...own)
    assert.match(forPeople.stderr, 'connections.two.type')
    assert.is(forPeople.stdout, '')

    rmSync(file)
    assert.is((await check(...own)).code, 10)
    mkdirSync(file)
    assert.is((await check(...own)).code, 7)

    await lab.start()
    lab.configure({ connections: { two: { type: 'vpn' } } })
    const daemons = await lab.run('config', 'check', '--json')
    assert.is(daemons.code, 2, "the daemon's file and plugins")
    assert.equal(places(daemons.json), ['connections.two.type'])
  },
  patience,
)

test.run()
