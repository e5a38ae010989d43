import type { Settings } from '../../../../host/core/claims/context.js'
import type { ProviderInfo } from '../../../../host/core/claims/provider-info.js'
import { must } from '../reference/properties.js'
import { info, type TestProvider } from '../rig.js'
import { Kernel } from './kernel.js'
import { Ledger } from './ledger.js'
import { Life, type Mood } from './life.js'
import type { ProviderChange, Schedule, Step } from './steps.js'

const providers: TestProvider[] = [
  {
    id: 'x/exact',
    band: 'exact',
    connectionTypes: ['exact'],
    match: [{ kind: 'veth', name: 'lab*' }, { name: 'new*' }],
  },
  { id: 'x/likely', manages: ['manager'], connectionTypes: ['other', 'exact'] },
  { id: 'x/net', band: 'generic' },
  { id: 'x/catch-all', band: 'generic', priority: 60, match: [{ name: '*' }] },
]

/** Long enough for every deadline, delay and retry to be over, in milliseconds. */
const rest = 200_000

/** Plays one schedule on a machine with a kernel, a disk, providers, operators, and a host that may be killed. */
export class Play {
  private readonly kernel = new Kernel()
  private readonly ledger = new Ledger()
  private readonly infos = new Map<string, ProviderInfo>()
  private readonly moods = new Map<string, Mood>()
  private readonly where = { boot: 'boot-1', namespace: 'net:[1]', cookie: '1' }
  private settings: Settings = { order: [], ignore: [], connections: [] }
  private life: Life | null = null
  private builds = 1

  constructor(
    schedule: Pick<Schedule, 'moods'>,
    private readonly trace: (line: string) => void = () => {},
  ) {
    for (const [i, provider] of providers.entries()) {
      this.infos.set(provider.id, info(provider))
      this.moods.set(provider.id, { saying: schedule.moods[i] ?? null, after: i % 2 === 0 ? 0 : 50 })
    }
    for (const adapter of [0, 1]) this.kernel.change(adapter, 'appear')
    this.start()
    this.tellProviders()
    this.run(0)
  }

  async step(step: Step): Promise<void> {
    this.trace(tell(step))
    this.play(step)
    // A killed host is started again at once, unless the schedule says otherwise.
    if (this.life && !this.life.alive) this.revive()
    // Promises of requests settle between the steps.
    if (this.life && this.life.waiting > 0) await null
  }

  /** Lets everything come to an end: the disk is well, all providers are there and answer. */
  async rest(): Promise<void> {
    this.trace('at rest')
    this.ledger.failure = null
    this.ledger.killAt = null
    for (const mood of this.moods.values()) {
      mood.saying ??= { say: 'no' }
      mood.after = 0
    }
    if (!this.life?.alive) this.revive()
    if (this.kernel.losing) this.life!.submit(this.kernel.snapshot('overflow'))
    this.run(rest)
    // Who has kept saying that it cannot tell, says yes to what it holds.
    for (const mood of this.moods.values()) {
      const { saying } = mood
      const vague = !(saying?.say === 'yes' && saying.name === 'suggested')
      if (vague) mood.saying = { say: 'yes', name: 'suggested', volatile: true }
    }
    this.run(rest)
    await null
    this.life!.endRecording()
    if (this.ledger.violation) throw this.ledger.violation
    const { claims, clock, waiting } = this.life!
    claims.reference.checkRest(claims.context)
    must('oneReply', waiting === 0, () => `${waiting} requests wait for ever`)
    must('leftOver', clock.size === 0, () => `${clock.size} alarms`)
  }

  private play(step: Step): void {
    if (step.do === 'link') {
      const events = this.kernel.change(step.adapter, step.change)
      for (const event of events) this.life?.submit(event)
      return
    }
    if (step.do === 'kill') {
      this.kill(step)
      return
    }
    if (step.do === 'disk') {
      this.ledger.failure = step.full ? 'full' : null
      return
    }
    if (step.do === 'mood') {
      this.moods.set(providers[step.provider]!.id, { saying: step.mood, after: step.after })
      return
    }
    if (step.do === 'settings') this.settings = settingsOf(step)
    if (step.do === 'provider') this.changeProvider(providers[step.provider]!, step.change)
    if (this.life) this.playLive(step, this.life)
  }

  private playLive(step: Step, life: Life): void {
    switch (step.do) {
      case 'turn':
        this.run(0)
        return
      case 'wait':
        this.run(step.ms)
        return
      case 'lose':
        this.kernel.losing = true
        return
      case 'overflow':
        life.submit(this.kernel.snapshot('overflow'))
        return
      case 'settings':
        life.submit({ type: 'settings', settings: this.settings })
        return
      case 'provider':
        this.tellProviders()
        return
      case 'answer': {
        const question = life.desk.pick(step.which)
        if (question) life.say(question, step.saying)
        return
      }
      case 'report':
        this.report(step, life)
        return
      case 'offer':
      case 'release': {
        const adapter = this.kernel.get(step.adapter)?.name ?? `lab${step.adapter}`
        // As the service does, an operator's word is about the adapter that has the name now.
        const id = [...life.claims.context.adapters.values()].find((one) => one.adapter.name === adapter)?.id
        if (!id) return
        if (step.do === 'offer') life.request({ type: 'offer', adapter: id, who: 'root' })
        else life.request({ type: 'release', adapter: id, reason: 'because', who: 'root' })
        return
      }
      case 'disconnect':
        life.request({ type: 'disconnect', connection: step.name, who: 'root' })
        return
      case 'disconnect-all':
        life.request({ type: 'disconnect-all', who: 'root' })
        return
    }
  }

  private report(step: Extract<Step, { do: 'report' }>, life: Life): void {
    const index = this.kernel.get(step.adapter)?.index ?? -1
    const holder = life.claims.reference.facts.at(index)?.holder
    if (!holder) return
    const provider = step.by === 'holder' ? holder.provider : providers[step.by]!.id
    const fence = holder.fence + { right: 0, old: -1, new: 1 }[step.fence]
    const { connection } = holder
    life.submit({ type: 'report', provider, connection, fence, state: 'lost', reason: 'it says so' })
  }

  private changeProvider(original: TestProvider, change: ProviderChange): void {
    const { id } = original
    const is = this.infos.get(id) ?? info(original)
    const build = `build-${++this.builds}`
    switch (change) {
      case 'available':
        this.infos.set(id, { ...is, status: change, because: '' })
        break
      case 'unavailable':
      case 'disabled':
        this.infos.set(id, { ...is, status: change, because: change })
        break
      case 'absent':
        this.infos.delete(id)
        break
      default:
        this.infos.set(id, { ...is, build, ...newManifest(change) })
    }
    const { life } = this
    if (!life) return
    // Its process ends, and with it every answer that it may still have given.
    life.fail(life.desk.openOf(id), 'its process has ended')
    life.desk.forget(id)
  }

  private kill({ when, start, where }: Extract<Step, { do: 'kill' }>): void {
    if (where === 'boot') this.where.boot = `boot-${++this.builds}`
    // With the inode number of the one before.
    if (where === 'namespace') this.where.cookie = String(++this.builds)
    if (!this.life) this.revive()
    else if (when !== 'now') this.ledger.killAt = when
    else {
      this.life.kill()
      if (start) this.revive()
      else this.life = null
    }
  }

  private revive(): void {
    this.start()
    this.run(0)
    this.tellProviders()
  }

  private start(): void {
    this.trace('   the host starts')
    this.life = new Life(this.ledger, this.settings, { ...this.where }, this.moods, this.trace)
    this.life.submit(this.kernel.snapshot('start'))
  }

  private run(ms: number): void {
    this.life!.run(ms)
  }

  private tellProviders(): void {
    this.life!.submit({ type: 'providers', providers: [...this.infos.values()] })
  }
}

function newManifest(change: ProviderChange): Partial<ProviderInfo> {
  switch (change) {
    case 'exact':
    case 'likely':
    case 'generic':
      return { band: change, version: `1.0.${change.length}` }
    case 'first':
      return { priority: 100 }
    case 'narrow':
      return { match: [{ name: 'lab0' }] }
    case 'broad':
      return { match: [{}] }
    case 'none':
      return { match: [] }
    case 'configured only':
      return { configuredOnly: true }
    default:
      return {}
  }
}

function settingsOf({ ignore, order, connections }: Extract<Step, { do: 'settings' }>): Settings {
  const types = new Map(connections.map((one) => one.split(' ') as [string, string]))
  return {
    ignore: ignore === null ? [] : [{ name: ignore }],
    order: order.map((one) => providers[one]!.id),
    connections: [...types].map(([name, type]) => ({ name, type, config: {} })),
  }
}

/** A step in a line. */
export function tell({ do: what, ...detail }: Step): string {
  return [what, ...Object.entries(detail).map(([key, value]) => `${key} ${JSON.stringify(value)}`)].join(', ')
}
