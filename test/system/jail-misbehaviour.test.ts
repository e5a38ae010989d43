import { rmSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { Jail } from '../../host/plugin-host/jail/jail.js'
import { suite } from '../harness.js'
import type { Facts } from '../host/plugin-host/jail/facts.js'
import { type LabState, launchObedient, MemoryRecords, makeState } from '../host/plugin-host/jail/jail-lab.js'
import type { Obedient } from '../host/plugin-host/jail/obedient.js'

const test = suite('system/jail, plugins that take what they can', { timeout: 60_000 })
const nothing = {} as Facts
let state: LabState
let jail: Jail
let other: Obedient
const started: Obedient[] = []

test.before(async () => {
  state = makeState()
  jail = await Jail.open({ stage: state.stage, data: state.data, records: new MemoryRecords() })
  other = launchObedient(jail, state, 'other')
})
test.after.each(async () => {
  for (const one of started.splice(0)) await one.end()
  assert.is(await other.try(() => 0, nothing), 'open', 'the other plugin answers')
})
test.after(async () => {
  await other.end()
  jail.close()
  rmSync(state.folder, { recursive: true })
})

const launch = () => {
  const obedient = launchObedient(jail, state, 'plugin')
  started.push(obedient)
  return obedient
}

test('one that fills its heap ends, and says why', async () => {
  const one = launch()
  const outcome = await one.try(
    () => {
      const kept: unknown[] = []
      for (;;) kept.push(new Array(1000).fill(kept.length))
    },
    nothing,
    50_000,
  )
  assert.match(outcome, /^ended with SIG(ABRT|TRAP)$/)
  assert.match(one.errors, 'heap')
})

test('one that takes Buffers without end is stopped: by an error that it can catch, or, short of everything, by its end', async () => {
  const one = launch()
  const { open, value } = await one.ask(
    () => {
      const taken: Buffer[] = []
      try {
        for (;;) taken.push(Buffer.alloc(16 * 1024 * 1024, 1))
      } catch {
        return taken.length * 16
      }
    },
    nothing,
    50_000,
  )
  if (open) assert.ok((value as number) > 200 && (value as number) < 512, `${value} MiB`)
  else assert.match(value as string, /^ended with SIG(ABRT|TRAP|SEGV)$/)
})

test('one that takes WebAssembly memory without end gets an error that it can catch, and lives', async () => {
  const one = launch()
  const outcome = await one.try(
    () => new Function('for (const kept = [];;) kept.push(new WebAssembly.Memory({ initial: 1000 }))')(),
    nothing,
    50_000,
  )
  assert.match(outcome, /memory/i)
  assert.is(await one.try(() => 0, nothing), 'open')
})

test('one whose loop is stuck does not keep others from answering, and can be ended', async () => {
  const one = launch()
  assert.is(await one.try(() => new Function('for (;;);')(), nothing, 500), 'hangs')
  assert.is(await other.try(() => 0, nothing), 'open')
  await one.end()
  assert.is(one.child.signalCode, 'SIGKILL')
})

test('one that starts a trace, which may hang it for good, can be ended', async () => {
  const one = launch()
  const outcome = await one.try(
    (_, { require }) =>
      require('node:trace_events')
        .createTracing({ categories: ['v8', 'node'] })
        .enable(),
    nothing,
    1000,
  )
  assert.match(outcome, /^(hangs|open|ended with .*|ERR_.*)$/)
  await one.end()
})

test('one that floods its output is read no faster than the host wants', async () => {
  const one = launch()
  one.child.stdout!.pause()
  const { value } = await one.ask(() => {
    let written = 0
    for (; written < 4 * 1024 * 1024 && process.stdout.write('x'.repeat(65_536)); ) written += 65_536
    return written
  }, nothing)
  assert.ok((value as number) < 4 * 1024 * 1024)
})

test.run()
