import type { EventDocument } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { randomFrom } from '../random.js'
import { Lab, until } from './lab.js'

/** `CLAIMD_DAEMON_KILLS=200 CLAIMD_SEED=7 node dist/test/run.js store-daemon-kills`; each takes about half a second. */
const kills = Number(process.env.CLAIMD_DAEMON_KILLS ?? 6)
const seed = Number(process.env.CLAIMD_SEED ?? Date.now() % 1_000_000)

const test = suite('store/daemon-kills', { timeout: 60_000 + kills * 5_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

/** Links that stay, and some that come, change and go all the time. */
function restless() {
  const links = ['lab1', 'lab2', 'lab3'].map((name) => ({ name, addresses: ['10.0.0.1/24'] }))
  const steps = ['lab4', 'lab5'].flatMap((name) => [
    { after: 3, add: { name } },
    { after: 2, change: { name: 'lab1', addresses: ['10.0.0.1/24', '10.0.0.2/24'] } },
    { after: 4, change: { name, addresses: ['10.1.0.1/24'] } },
    { after: 5, change: { name: 'lab1', addresses: ['10.0.0.1/24'] } },
    { after: 30, remove: name },
  ])
  return { links, steps, repeat: true }
}

/** Reads all events after a revision until the daemon is gone. */
async function follow(since: number, seen: EventDocument[]): Promise<void> {
  try {
    for await (const event of new Client({ socket: lab.socket }).events({ since })) seen.push(event)
  } catch {
    // It was killed.
  }
}

/** Waits until the links that stay are claimed. */
function stableClaims(): Promise<unknown[]> {
  return until(
    async () => {
      const document = await new Client({ socket: lab.socket }).adapters().catch(() => null)
      const rows = (document?.adapters ?? []).filter(({ name }) => /^lab[123]$/.test(name))
      const claimed = rows.length === 3 && rows.every(({ state }) => state === 'claimed')
      if (!claimed) return null
      return rows.map(({ id, connection, since }) => [id, connection, since])
    },
    () => `the links are not claimed: ${lab.daemons.at(-1)!.output}`,
  )
}

/** Who holds what, after these events. */
function heldAfter(events: readonly EventDocument[]): Map<string, unknown> {
  const held = new Map<string, unknown>()
  for (const { type, adapter, connection } of events) {
    if (type === 'claimed' || type === 'handed-over') held.set(adapter!, connection)
    if (type === 'claim-ended') held.delete(adapter!)
  }
  return new Map([...held].sort())
}

test('a client that follows a daemon over kill -9 has seen what is in the journal, and the claims are those of the journal', async () => {
  lab.drop(
    'a',
    `claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: adapter.name, volatile: true }),
     verify: ({ connection }) => ({ result: 'SUCCESS', connection })`,
  )
  const args = ['--plugins', lab.plugins, ...lab.simulation(restless())]
  const pick = randomFrom(seed)
  const seen: EventDocument[] = []
  let kept: unknown[] | null = null
  for (let kill = 0; kill < kills; kill++) {
    const at = `seed ${seed}, kill ${kill}`
    const daemon = lab.simulate(args)
    const rows = await stableClaims()
    const ended = follow(seen.at(-1)?.revision ?? 0, seen)
    kept ??= rows
    assert.equal(rows, kept, `${at}: the claims are the same ones`)
    await new Promise((done) => setTimeout(done, pick(250)))
    await daemon.kill('SIGKILL')
    await ended
  }
  lab.simulate(args)
  await stableClaims()
  const { adapters, revision } = await new Client({ socket: lab.socket }).adapters()
  const journal: EventDocument[] = []
  for await (const event of new Client({ socket: lab.socket }).events({ since: 0 })) {
    journal.push(event)
    if (event.revision >= revision) break
  }
  assert.ok(seen.length > kills * 10, `only ${seen.length} events were seen`)
  assert.equal(
    journal.slice(0, seen.length),
    seen,
    `seed ${seed}: every event that was seen, once and in order`,
  )
  const held = adapters.flatMap(({ id, connection }) =>
    connection === null ? [] : [[id, connection] as const],
  )
  assert.equal(heldAfter(journal.filter((event) => event.revision <= revision)), new Map(held.sort()))
})

test.run()
