import type { Answer } from '@claimd/sdk'
import { ClaimdError } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Link } from '../../../../host/core/adapters/link.js'
import type { Settings } from '../../../../host/core/claims/context.js'
import { suite } from '../../../harness.js'
import { type Behaviour, link, MemoryStore, Rig, type TestProvider, who } from '../rig.js'

const test = suite('core/claims/properties')

const adapters = 3
const names = ['one', 'two']

/** What can happen, with small numbers so that shrunk examples are readable. */
type Step =
  | { do: 'appear' | 'vanish' | 'toggle' | 'address' | 'rename' | 'port' | 'mac'; adapter: number }
  | {
      do: 'provider'
      provider: number
      status: 'available' | 'unavailable' | 'disabled' | 'absent' | 'reloaded'
    }
  | { do: 'offer' | 'release'; adapter: number }
  | { do: 'disconnect'; name: string }
  | { do: 'wait'; ms: number }
  | { do: 'restart' | 'overflow' }
  | { do: 'settings'; ignore: boolean; order: boolean }
  | { do: 'disk'; full: boolean }

const answer: fc.Arbitrary<Answer | null> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      result: fc.constant('SUCCESS' as const),
      connection: fc.constantFrom(...names, ...names, 'configured', 'a/b'),
      volatile: fc.constantFrom(true, true, true, false),
    }),
  },
  fc.constant({ result: 'INVALID_CONNECTION' as const, reason: 'no' }),
  fc.constant({ result: 'NOT_SUPPORTED' as const }),
  fc.constant({ result: 'UNEXPECTED' as const, reason: 'threw' }),
  fc.record({ result: fc.constant('PENDING' as const), retryAfterMs: fc.constantFrom(0, 300, 9_000) }),
  fc.constant(null),
)
const said = fc.record({ answer, after: fc.constantFrom(0, 0, 50, 2_500) })

const adapter = fc.nat({ max: adapters - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('appear' as const, 'toggle', 'address'), adapter }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('vanish' as const, 'rename', 'port', 'mac'), adapter }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('provider' as const),
      provider: fc.nat({ max: 3 }),
      status: fc.constantFrom('available' as const, 'unavailable', 'disabled', 'absent', 'reloaded'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('offer' as const, 'release'), adapter }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('disconnect' as const),
      name: fc.constantFrom(...names, 'configured'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 60, 1_000, 3_000) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'overflow') }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('settings' as const), ignore: fc.boolean(), order: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('disk' as const), full: fc.boolean() }) },
)

/** Plays a schedule and asserts what must always hold, after every step. */
class Play {
  rig: Rig
  private readonly store = new MemoryStore()
  private readonly links = new Map<number, Link>()
  private readonly providers: TestProvider[]
  private readonly status = new Map<string, TestProvider>()
  private counter = 0
  private settings: Settings = {
    order: [],
    ignore: [],
    connections: [{ name: 'configured', type: 't', config: {} }],
  }
  /** What came of every attempt to disconnect a connection that was held. */
  readonly refusals: Promise<string>[] = []
  /** Claims that were announced and have not been announced as ended. */
  private readonly announced = new Map<string, string>()

  constructor(answers: readonly { answer: Answer | null; after: number }[]) {
    let next = 0
    const behave = (): ReturnType<Behaviour> => {
      const one = answers[next++ % answers.length]!
      if (one.answer === null) return null
      return one.after === 0 ? one.answer : { after: one.after, answer: one.answer }
    }
    // A yes to a verify is for the held name, except now and then, or claims would hardly live.
    const verify: Behaviour = (question) => {
      const one = behave()
      const yes = one && 'result' in one && one.result === 'SUCCESS' && one.connection !== 'a/b'
      return yes ? { ...one, connection: question.connection } : one
    }
    this.providers = [
      { id: 'x/exact', band: 'exact', connectionTypes: ['t'], offer: behave, verify },
      { id: 'x/likely', offer: behave, verify },
      { id: 'x/net', band: 'generic', offer: behave, verify },
      { id: 'x/catch-all', band: 'generic', priority: 60, offer: behave, verify },
    ]
    for (const provider of this.providers) this.status.set(provider.id, provider)
    this.rig = this.start()
  }

  step(one: Step): void {
    this.play(one)
    this.check()
  }

  /** Lets everything come to an end: the disk is well, and all providers answer from now on. */
  rest(): void {
    this.store.failure = null
    this.rig.clock.run(200_000)
    this.check()
    for (const { state, name } of this.rig.service.adapters().adapters) {
      assert.is.not(state, 'offered', `the round of ${name} does not end`)
    }
    const stored = this.store.load()
    const held = this.rig.service.adapters().adapters.filter((row) => row.provider !== null)
    assert.equal(
      stored.claims.map((claim) => `${claim.adapter} ${claim.provider} ${claim.connection}`).sort(),
      held.map((row) => `${row.id} ${row.provider} ${row.connection}`).sort(),
      'what is stored equals what is held',
    )
  }

  private play(one: Step): void {
    switch (one.do) {
      case 'appear': {
        const there = this.links.get(one.adapter)
        if (there) return
        this.set(one.adapter, link(`lab${one.adapter}`, { index: 10 + one.adapter }))
        return
      }
      case 'vanish':
        if (this.links.delete(one.adapter)) this.rig.gone(10 + one.adapter)
        return
      case 'toggle':
        this.change(one.adapter, (it) => ({ ...it, up: !it.up, carrier: it.up ? null : true }))
        return
      case 'address':
        this.change(one.adapter, (it) => ({ ...it, addresses: [`10.0.0.${++this.counter % 250}/24`] }))
        return
      case 'rename':
        this.change(one.adapter, (it) => ({ ...it, name: `new${++this.counter}` }))
        return
      case 'port':
        this.change(one.adapter, (it) =>
          it.master === null
            ? { ...it, master: 900, portOf: 'bridge' }
            : { ...it, master: null, portOf: null },
        )
        return
      case 'mac':
        this.change(one.adapter, (it) => ({ ...it, address: `02:cc:00:00:00:${10 + (++this.counter % 80)}` }))
        return
      case 'overflow':
        this.rig.engine.submit({ type: 'snapshot', reason: 'overflow', links: [...this.links.values()] })
        this.rig.clock.run()
        return
      case 'settings':
        this.settings = {
          ignore: one.ignore ? [{ name: 'lab0' }] : [],
          order: one.order ? ['x/net'] : [],
          connections: this.settings.connections,
        }
        this.rig.engine.submit({ type: 'settings', settings: this.settings })
        this.rig.clock.run()
        return
      case 'provider': {
        const { id } = this.providers[one.provider]!
        const original = this.providers[one.provider]!
        if (one.status === 'absent') this.status.delete(id)
        else if (one.status === 'reloaded')
          this.status.set(id, { ...original, build: `build-${++this.counter}` })
        else this.status.set(id, { ...original, status: one.status, because: one.status })
        this.rig.provide([...this.status.values()])
        return
      }
      case 'offer':
      case 'release': {
        const it = this.links.get(one.adapter)
        if (!it) return
        const asked: Promise<unknown> =
          one.do === 'offer'
            ? this.rig.service.offer(it.name, who)
            : this.rig.service.release(it.name, 'because', who)
        asked.catch((error: unknown) => {
          if (!(error instanceof ClaimdError)) throw error
        })
        this.rig.clock.run()
        return
      }
      case 'disconnect': {
        this.rig.clock.run()
        const before = JSON.stringify(this.rig.service.connections().connections)
        const held = this.rig.service.connections().connections.find((row) => row.name === one.name)?.adapter
        const asked = this.rig.asked.length
        const degraded = this.rig.service.status().health === 'degraded'
        const outcome = this.rig.service.disconnect(one.name, who).then(
          () => 'disconnected',
          (error: unknown) => (error instanceof ClaimdError ? error.result : String(error)),
        )
        this.rig.engine.turn()
        // The promise settles when the schedule is over; what it did is visible at once.
        assert.is(JSON.stringify(this.rig.service.connections().connections), before)
        if (held) {
          // A store that recovers in this very turn leads to rounds of its own.
          if (!degraded) assert.is(this.rig.asked.length, asked)
          this.refusals.push(outcome)
        }
        return
      }
      case 'wait':
        this.rig.clock.run(one.ms)
        return
      case 'disk':
        this.store.failure = one.full ? 'full' : null
        return
      case 'restart':
        // kill -9: what is in memory is gone, the links and the store are as they are.
        this.rig = this.start()
    }
  }

  private start(): Rig {
    const rig = new Rig({ store: this.store, settings: this.settings })
    this.listen(rig)
    rig.engine.submit({ type: 'snapshot', reason: 'start', links: [...this.links.values()] })
    rig.clock.run()
    if (this.store.failure === null) {
      // What was announced and has not ended is protected from the first moment.
      for (const [id, holder] of this.announced) {
        const row = rig.service.adapters().adapters.find((one) => one.id === id)
        assert.is(`${row?.provider} ${row?.connection}`, holder, `the claim on ${id} is lost in a restart`)
      }
    }
    rig.provide([...this.status.values()])
    return rig
  }

  private listen(rig: Rig): void {
    rig.onTold = ({ provider, adapter, fence, reason }) => {
      const claim = rig.engine.claims.context.adapters.get(adapter.id)?.claim
      const holds = claim?.provider === provider && claim.fence === fence
      assert.not.ok(holds, `${provider} holds ${adapter.id} and is told that it does not: ${reason}`)
    }
    rig.engine.onEvents((events) => {
      for (const event of events) {
        const id = event.adapter!
        if (event.type === 'claimed') {
          assert.not.ok(this.announced.has(id), `${id} is claimed twice`)
          this.announced.set(id, `${event.provider} ${event.connection}`)
        } else if (event.type === 'handed-over') {
          assert.ok(this.announced.has(id), `${id} is handed over, but nobody held it`)
          const from = this.status.get(String(event.from))
          const sticky = from?.band !== 'generic' && from?.status !== 'disabled' && from !== undefined
          assert.not.ok(sticky, `${id} is taken from ${event.from}, which is there and is not generic`)
          this.announced.set(id, `${event.provider} ${event.connection}`)
        } else if (event.type === 'claim-ended') {
          assert.ok(this.announced.delete(id), `a claim on ${id} ended that was never announced`)
          assert.match(String(event.cause), /^(the link |released by |x\/|it is a port|another link)/)
        }
      }
    })
  }

  private check(): void {
    const { adapters: rows } = this.rig.service.adapters()
    const held = rows.filter((row) => row.connection !== null)
    assert.is(new Set(held.map((row) => row.connection)).size, held.length, 'a connection holds two adapters')
    for (const row of rows) {
      assert.is(row.provider === null, row.connection === null)
      assert.is(row.state === 'claimed' || row.state === 'orphaned', row.provider !== null)
    }
    for (const row of rows) {
      if (!row.because.startsWith('released by')) continue
      assert.is(row.state, 'unmanaged', `${row.name} is released, and ${row.state}`)
    }
    if (this.store.failure === null && this.rig.service.status().health === 'running') {
      const held2 = new Map(held.map((row) => [row.id, `${row.provider} ${row.connection}`]))
      assert.equal(
        new Map([...held2].sort()),
        new Map([...this.announced].sort()),
        'what is held equals what was announced',
      )
    }
  }

  private set(adapter: number, it: Link): void {
    this.links.set(adapter, it)
    this.rig.link(it)
  }

  private change(adapter: number, change: (it: Link) => Link): void {
    const it = this.links.get(adapter)
    if (it) this.set(adapter, change(it))
  }
}

test(
  'SC-7 SC-8 SC-18 SC-25: in any schedule, at most one holder, no claim lost or invented, every round ends',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(said, { minLength: 1, maxLength: 12, size: 'max' }),
        fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
        async (answers, steps) => {
          const play = new Play(answers)
          for (const one of steps) play.step(one)
          play.rest()
          for (const outcome of await Promise.all(play.refusals)) assert.is(outcome, 'NOT_ALLOWED')
        },
      ),
      { numRuns: Number(process.env.CLAIMD_RUNS ?? 300) },
    )
  },
  { timeout: 110_000 },
)

test.run()
