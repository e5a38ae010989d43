/** Something whose every state can be visited. */
export interface Space<World> {
  first: World
  /** Everything that can happen in this state, each in a few words. */
  eventsOf(world: World): string[]
  /** Throws when a property does not hold. */
  apply(world: World, event: string): void
  clone(world: World): World
  /** The same for states that cannot be told apart. */
  digestOf(world: World): string
  /** Nothing is under way any more. */
  isQuiet(world: World): boolean
  /** Whether a thing only goes on with what is under way; everything else is somebody's doing. */
  isProgress(event: string): boolean
  /** Throws when a property does not hold that need hold only while nothing is under way. */
  checkRest(world: World): void
  /** Throws when a property does not hold that takes more than a look: called once for each state. Default: there is none. */
  checkState?(world: World): void
}

export interface Explored {
  states: number
  transitions: number
  /** States in which nothing is under way. */
  quiet: number
  /** Length of the longest shortest way to a state. */
  depth: number
  /** The shortest way to a state in which a property does not hold, and which; `null` when all hold. */
  failure: string | null
}

/**
 * All states that can be reached, breadth first: every event in every state, until no new state is found. In each
 * every property holds, and from each rest can be reached.
 */
export function explore<World>(space: Space<World>): Explored {
  const { first, eventsOf, isProgress, isQuiet, clone, digestOf } = space
  const states = new States()
  let failure: string | null = null
  let frontier = [{ state: states.add(digestOf(first), -1, 'start')!, world: first }]
  let [transitions, quiet, depth] = [0, 0, 0]
  const edges = new Edges()
  const rest: number[] = []
  search: for (; frontier.length > 0; depth++) {
    const next: typeof frontier = []
    for (const { state, world } of frontier) {
      let event = 'a closer look'
      try {
        space.checkState?.(world)
        event = 'rest'
        if (isQuiet(world)) {
          quiet++
          rest.push(state)
          space.checkRest(world)
        }
        for (event of eventsOf(world)) {
          const after = clone(world)
          space.apply(after, event)
          transitions++
          const digest = digestOf(after)
          const known = states.find(digest)
          const to = known ?? states.add(digest, state, event)
          if (known === undefined) next.push({ state: to, world: after })
          if (isProgress(event)) edges.add(state, to)
        }
      } catch (error) {
        failure = `${[...states.way(state), event].join('\n')}\n${error instanceof Error ? error.stack : error}`
        break search
      }
    }
    frontier = next
  }
  if (failure === null) failure = stuck(states, edges, rest)
  return { states: states.size, transitions, quiet, depth, failure }
}

/** A state from which rest cannot be reached. */
function stuck(states: States, edges: Edges, rest: readonly number[]): string | null {
  const reached = edges.reach(rest, states.size)
  const lost = reached.indexOf(0)
  return lost < 0 ? null : `${states.way(lost).join('\n')}\nfrom here rest cannot be reached`
}

/** By what is under way, one state leads to another. */
class Edges {
  private readonly from: number[] = []
  private readonly to: number[] = []

  add(from: number, to: number): void {
    this.from.push(from)
    this.to.push(to)
  }

  /** @returns for each state whether one of the `goals` can be reached from it */
  reach(goals: readonly number[], states: number): Uint8Array {
    // The sources of the edges to each state stand together, from `start[state]` on.
    const start = new Uint32Array(states + 1)
    for (const to of this.to) start[to + 1]!++
    for (let i = 0; i < states; i++) start[i + 1]! += start[i]!
    const [fill, sources] = [start.slice(), new Uint32Array(this.to.length)]
    for (const [i, to] of this.to.entries()) sources[fill[to]!++] = this.from[i]!
    const reached = new Uint8Array(states)
    const open = [...goals]
    for (const goal of goals) reached[goal] = 1
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const source of sources.subarray(start[state], start[state + 1])) {
        if (reached[source]) continue
        reached[source] = 1
        open.push(source)
      }
    }
    return reached
  }
}

/** The states that were found, and how each was reached first. */
class States {
  private readonly numbers = new Map<string, number>()
  private readonly from: number[] = []
  private readonly via: string[] = []

  get size(): number {
    return this.from.length
  }

  find(digest: string): number | undefined {
    return this.numbers.get(digest)
  }

  add(digest: string, from: number, via: string): number {
    this.numbers.set(digest, this.size)
    this.from.push(from)
    this.via.push(via)
    return this.size - 1
  }

  /** The events that lead to it. */
  way(state: number): string[] {
    const events: string[] = []
    for (let at = state; at >= 0; at = this.from[at]!) events.unshift(this.via[at]!)
    return events
  }
}
