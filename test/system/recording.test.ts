import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { eventDocument } from '../../host/core/views/events/event-document.js'
import { tools } from '../../host/main.js'
import { openStore } from '../../host/store/open-store.js'
import { suite } from '../harness.js'
import { randomFrom } from '../random.js'
import { dropPlugins, save } from '../soak/plugins.js'
import { Recordings } from '../soak/recordings.js'
import { Traffic } from '../soak/traffic.js'
import { Lab } from './lab.js'

const test = suite('system/recording', { timeout: 60_000 })
let lab: Lab

test.before(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after(() => lab.close())

const secret = 'pass-2e3f81'

/** Plays a recording to its end. @returns its rows as JSON, and its events */
async function play(file: string) {
  const recording = await tools.replay(file)
  const events: { revision: number; type: string; message: string }[] = []
  for await (const event of recording.events) events.push(event)
  return { rows: JSON.stringify(recording.rows()), events }
}

function storedRows(): string {
  const store = openStore(lab.state)
  try {
    return JSON.stringify(store.load().rows)
  } finally {
    store.close()
  }
}

test('a recording of a daemon that was killed, and of the one after it, replay to the rows that are stored', async () => {
  const config = join(lab.folder, 'config.json')
  const office = {
    type: 'ethernet',
    config: { match: { name: 'lab0' }, method: 'static', addresses: ['10.9.0.1/24'] },
  }
  writeFileSync(config, JSON.stringify({ connections: { office } }))
  const args = (file: string) => ({
    bundled: true,
    args: ['--config', config, '--record', join(lab.folder, file)],
  })
  lab.link('lab0', '10.9.0.1/24')
  lab.link('lab1', '10.9.1.1/24')
  const first = await lab.start(args('first'))
  await lab.settles('lab0', 'claimed')
  await lab.settles('lab1', 'claimed')
  for (const [name, to] of [
    ['lab1', 'wan'],
    ['wan', 'lab1'],
  ] as const)
    lab.ip(`link set ${name} name ${to}`)
  assert.is((await lab.run('release', 'lab1', '--reason', 'maintenance')).code, 0)
  writeFileSync(
    config,
    JSON.stringify({ connections: { office, other: { type: 'wifi', config: { psk: secret } } } }),
  )
  await lab.settles('lab1', 'unmanaged')
  await first.kill('SIGKILL')
  const killed = await play(join(lab.folder, 'first'))
  assert.is(killed.rows, storedRows())
  const second = await lab.start(args('second'))
  await lab.settles('lab0', 'claimed')
  lab.ip('link del lab1')
  assert.is((await lab.run('offer', 'lab0')).code, 6)
  const { revision } = await lab.get('adapters')
  const printed = await lab.run('replay', join(lab.folder, 'first'), '--until', '3')
  assert.is(printed.code, 0)
  assert.is(printed.stdout.trimEnd().split('\n').length, 3)
  assert.is(await second.kill('SIGTERM'), 0)
  const played = await play(join(lab.folder, 'second'))
  assert.is(played.rows, storedRows())
  assert.ok(played.events.some((event) => event.type === 'adapter-removed'))
  assert.ok(played.events.at(-1)!.revision >= revision)
  const store = openStore(lab.state)
  const told = store.events(killed.events.at(-1)!.revision, 1_000).map(eventDocument)
  store.close()
  assert.equal(played.events, told, 'the same events, with the same revisions, moments and words')
  for (const file of ['first', 'second'])
    assert.not.match(readFileSync(join(lab.folder, file), 'utf8'), new RegExp(secret))
})

test('lives with links that come and go all the time, one killed and one stopped, replay to the rows that are stored', async () => {
  const storm = new Lab()
  storm.withNamespace()
  const recordings = new Recordings(storm)
  const traffic = new Traffic(storm.namespace, randomFrom(1))
  try {
    dropPlugins(storm)
    await traffic.reset()
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const daemon = await storm.start({ bundled: true, args: ['--record', recordings.file] })
      traffic.start(20)
      await delay(1_500)
      save(storm, 'reloads')
      await delay(1_500)
      await daemon.kill(signal)
      await traffic.stop()
      assert.is(await recordings.check(signal === 'SIGKILL'), null)
    }
    assert.ok(recordings.entries > 100, `${recordings.entries} entries`)
  } finally {
    await traffic.stop()
    await storm.close()
  }
})

test.run()
