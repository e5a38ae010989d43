import type { Pick } from '../random.js'

/** What a provider does when it is called: it blocks for so many milliseconds before each step, and after the last. */
export interface Order {
  blocks: [number, number, number]
  /** `stubborn`: it goes on after an abort, and then says that it is connected. */
  connect: 'succeeds' | 'fails' | 'throws' | 'stubborn'
  mtu: number | null
  disconnectMs: number
  disconnect: 'succeeds' | 'fails' | 'throws'
}

/** When something is done: as soon as the connection is, or was, in this phase, and so many milliseconds later. */
export interface Cue {
  phase: 'waiting' | 'connecting' | 'connected' | 'disconnecting'
  pause: number
}

/** What is done to one connection, or to its link. */
export type Deed =
  | 'none'
  | 'cancel'
  | 'disconnect'
  | 'ask-again'
  | 'link-down'
  | 'carrier-loss'
  | 'delete'
  | 'make-anew'

/** One connection that is asked for once, and what happens to it. */
export interface Run {
  connection: number
  /** Of the first, the second, … attempt; then from the first on again. */
  orders: Order[]
  mode: 'keep' | 'once'
  /** Of the request, in seconds; `null`: it has none. */
  timeout: number | null
  cue: Cue
  deed: Deed
}

/** What is done to everything while the runs of a round are under way. */
export interface Trouble {
  what: 'save' | 'crash' | 'kill-host'
  after: number
}

/** Runs that happen at the same time, in one life of the daemon or in two. */
export interface Round {
  runs: Run[]
  troubles: Trouble[]
}

const phases = ['waiting', 'connecting', 'connecting', 'connected', 'disconnecting'] as const
const deeds: readonly Deed[] = [
  'none',
  'cancel',
  'cancel',
  'disconnect',
  'ask-again',
  'link-down',
  'carrier-loss',
  'delete',
  'make-anew',
]

/** @param connections so many there are, and as many runs a round has at most */
export function planRound(pick: Pick, connections: number, most: number): Round {
  const one = <T>(list: readonly T[]): T => list[pick(list.length)]!
  const order = (): Order => ({
    blocks: [pick(60), pick(60), pick(3) === 0 ? pick(600) : pick(120)],
    connect: one(['succeeds', 'succeeds', 'succeeds', 'fails', 'throws', 'stubborn']),
    mtu: pick(3) === 0 ? 1_300 + pick(100) : null,
    disconnectMs: pick(3) === 0 ? pick(400) : pick(50),
    disconnect: one(['succeeds', 'succeeds', 'succeeds', 'fails', 'throws']),
  })
  const runs = Array.from(
    { length: Math.min(connections, most) },
    (_, connection): Run => ({
      connection,
      orders: Array.from({ length: 1 + pick(3) }, order),
      mode: one(['keep', 'keep', 'once']),
      timeout: pick(3) === 0 ? 0.1 + pick(500) / 1_000 : null,
      cue: { phase: one(phases), pause: pick(80) },
      deed: one(deeds),
    }),
  )
  const trouble = (what: Trouble['what']): Trouble => ({ what, after: pick(700) })
  const troubles = one<Trouble['what'][]>([
    [],
    ['save'],
    ['save', 'save'],
    ['crash'],
    ['crash', 'save'],
    ['kill-host'],
    ['kill-host', 'crash'],
  ]).map(trouble)
  return { runs, troubles: troubles.sort((a, b) => a.after - b.after) }
}
