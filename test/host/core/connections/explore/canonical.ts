import { createHash } from 'node:crypto'
import type { World } from './world.js'

/** What is only told to people, or follows from the rest. */
const words = new Set([
  ...[
    'because',
    'since',
    'at',
    'waitsFor',
    'troubles',
    'who',
    'reason',
    'message',
    'document',
    'outcome',
    'key',
  ],
  ...['failures', 'version', 'plugin', 'flaps', 'predecessor', 'answers', 'unlisted', 'trigger', 'claimEnd'],
  ...[
    'expected',
    'config',
    'sort',
    'why',
    'link',
    'generation',
    'caller',
    'stoppedAt',
    'evidence',
    'retries',
  ],
])
/** Monotonic moments: what counts is how far off they are. */
const moments = new Set(['due', 'until', 'idleUntil', 'actUntil', 'retryAt', 'wakeAt'])
/** Numbers that only rise: what counts is which are the same. */
const numbers = new Set(['fence', 'id', 'request', 'question', 'reply', 'group', 'change'])

/**
 * What of a state decides what can follow, as a digest. Every field of the core's records is in it, so that one that is new is not
 * overlooked, but for what is only told to people.
 */
export function digestOf(world: World): string {
  return createHash('md5')
    .update(JSON.stringify(new Projection(world).all()))
    .digest('base64')
}

class Projection {
  private readonly ranks = new Map<string, number>()

  constructor(private readonly world: World) {}

  all(): unknown {
    const { world } = this
    const { machines, links, info, questions, acts, undos, wakes, watch, left, edited, now } = world
    const core = machines && this.core()
    return [
      ...[left, [...links.values()].map(({ name, carrier }) => [name, carrier]), info.status, info.version],
      ...[[...edited], world.isFull, world.degraded, core],
      questions.map(({ kind, ...asked }) => [
        kind,
        'adapter' in asked && asked.adapter ? this.rank(asked.adapter.id) : null,
        typeof asked.connection === 'string'
          ? asked.connection
          : [asked.connection.name, asked.connection.config],
        'adapters' in asked ? asked.adapters.map(({ id }) => this.rank(id)) : null,
        'fence' in asked ? this.rank(asked.fence) : null,
      ]),
      acts.map(({ kind, fence }) => [kind, this.rank(fence)]),
      undos.map((fence) => this.rank(fence)),
      wakes.map(({ machine, key, at }) => [machine, this.text(key), at - now]).sort(),
      [...watch.made].map(([fence, made]) => [this.rank(fence), made]),
      [
        [...watch.withoutAdapter].sort(),
        [...watch.deferred].sort(),
        [...watch.unsure].map((one) => this.rank(one)),
      ],
      [...watch.connectedAt].map(([name, at]) => [name, at === now]),
      // What is stored is what is there, see `checkStored`; unless nothing can be stored, or nothing is there.
      core === null || world.degraded
        ? this.of([...world.rows.values()].map(({ kind, value }) => [kind, value]))
        : null,
    ]
  }

  private core(): unknown {
    const { claims, connections } = this.world.machines!
    const { context } = claims
    const { records, lateActs, lanes, groups, stored } = connections.context
    type Queue = Set<{ fence: number; reference: object }>
    const all = (lanes as unknown as { lanes: Map<string, { inside: Queue; waiting: Queue }> }).lanes
    const queued = (attempts: Queue) => [...attempts].map((attempt) => this.of(attempt.reference))
    return [
      context.ready,
      [...records.values()].map((record) => this.of(record)),
      [...lateActs.values()].map(({ record, attempt }) => [record.name, this.of(attempt)]),
      [...all.values()].map(({ inside, waiting }) => [queued(inside), queued(waiting)]),
      [...groups.values()].map((group) => this.of(group)),
      [...stored.values()].map((settings) => this.of(settings)),
      [...context.adapters.values()].map((record) => {
        const { allowance, roundsEnded, ...rest } = record
        const rounds = Math.min(4, allowance.rounds + (this.world.now - allowance.at) / 1_000)
        return [rounds, roundsEnded > 0, this.of(rest)]
      }),
      [...context.previousHolders],
    ]
  }

  private of(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') {
      if (moments.has(key)) return value - this.world.now
      return numbers.has(key) ? this.rank(value) : value
    }
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Map) {
      return [...value].map(([name, one]) => [
        typeof name === 'number' ? this.rank(name) : name,
        this.of(one),
      ])
    }
    if (value instanceof Set || Array.isArray(value)) return [...value].map((one) => this.of(one, key))
    // Of an adapter, and of a provider, all the rest follows from who it is.
    if ('alternativeNames' in value) return this.rank((value as unknown as { id: string }).id)
    if ('rules' in value) return (value as unknown as { id: string }).id
    return Object.entries(value).flatMap(([name, one]) => (words.has(name) ? [] : [this.of(one, name)]))
  }

  /** Adapter ids have a number in them that only rises. */
  private text(value: string): unknown {
    return /^\d+\.\d+$|^request \d+$/.test(value) ? this.rank(value.replace('request ', '')) : value
  }

  private rank(value: number | string): number {
    const name = String(value)
    const known = this.ranks.get(name)
    if (known !== undefined) return known
    this.ranks.set(name, this.ranks.size)
    return this.ranks.size - 1
  }
}
