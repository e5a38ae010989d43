import { isWanted } from '../../../../../host/core/connections/rules.js'
import { eventsOf, isProgress, isQuiet } from './events.js'
import { must, Violation } from './must.js'
import type { World } from './world.js'

/** So many steps lead to rest from wherever, or none do. */
const patience = 400

/**
 * From here on the world is well behaved: everything works, and everybody answers yes. Then what is wanted comes up, what nobody
 * wants any more comes down, and whatever is wanted then comes up again.
 */
export function checkAlive(world: World): void {
  const story: string[] = []
  const play = (event: string) => {
    story.push(event)
    world.apply(event)
  }
  try {
    mend(world, play)
    settle(world, play)
    checkWanted(world)
    play('all')
    settle(world, play)
    checkNothing(world)
    const { records } = world.machines!.connections.context
    const [name] = [...records.values()].filter(({ settings }) => settings !== null).map((one) => one.name)
    if (name === undefined) return
    free(world, play)
    play(`connect ${name}`)
    settle(world, play)
    must(isUp(world, name), () => `${name} does not come up`)
  } catch (error) {
    if (error instanceof Violation) error.message += `\nwhen, from here on, all is well:\n${story.join('\n')}`
    throw error
  }
}

function mend(world: World, play: (event: string) => void): void {
  if (world.isFull) play('heal')
  if (!world.machines) play('start')
  if (!world.isReady) play('plugins')
  for (const name of [...world.edited.keys()]) play(`back ${name}`)
  if (world.info.status !== 'available') play('return')
  for (const name of world.setup.adapters) {
    if (!world.links.has(name)) play(`plug ${name}`)
    if (world.links.get(name)!.carrier === false) play(`carrier ${name}`)
    const adapter = world.adapterOf(name)
    if (world.machines!.claims.context.adapters.get(adapter!)!.release) play(`offer ${name}`)
  }
}

/** Goes on with what is under way, until nothing is. */
function settle(world: World, play: (event: string) => void): void {
  for (let steps = 0; !isQuiet(world); steps++) {
    must(steps < patience, () => 'it does not come to rest')
    const well = eventsOf(world).filter(
      (event) => isProgress(event) && !/ (?!yes|success)[a-z-]+$/.test(event),
    )
    // Time passes while nobody has anything to do.
    const next = well.find((event) => !event.startsWith('time')) ?? well[0]
    must(next !== undefined, () => 'nothing goes on, and it is not at rest')
    play(next!)
  }
  world.watch.checkRest(world)
}

function checkWanted(world: World): void {
  const { records } = world.machines!.connections.context
  const names = [...records.keys()]
  for (const record of records.values()) {
    if (!isWanted(record)) continue
    const isTaken = names.some((other) => other !== record.name && isUp(world, other))
    const isHopeless = world.watch.withoutAdapter.has(record.name)
    must(
      isUp(world, record.name) || isTaken || isHopeless,
      () => `${record.name} is wanted, and does not come up`,
    )
  }
}

function isUp(world: World, name: string): boolean {
  const { context } = world.machines!.connections
  const { attempt = null, sharing = null } = context.records.get(name) ?? {}
  return attempt?.phase === 'connected' || sharing !== null || context.claimed(name) !== undefined
}

function checkNothing(world: World): void {
  const { claims, connections } = world.machines!
  for (const { name, attempt, holds } of connections.context.records.values()) {
    const isClaimed = connections.context.claimed(name) !== undefined
    const isDown = (attempt === null || attempt.staysUp) && (holds.size === 0 || isClaimed)
    must(isDown, () => `${name} is ${attempt?.phase}, and nobody wants it`)
  }
  for (const { holding, adapter } of claims.context.adapters.values()) {
    const isLeft =
      holding?.origin === 'dialled' && !connections.context.records.get(holding.connection)?.attempt
    must(!isLeft, () => `${adapter.name} is still held`)
  }
}

/** What somebody else set up is in nobody's way any more. */
function free(world: World, play: (event: string) => void): void {
  for (const name of world.setup.adapters) {
    const { holding } = world.machines!.claims.context.adapters.get(world.adapterOf(name)!)!
    if (holding?.origin !== 'out-of-band' || holding.connection === 'a') continue
    play(`release ${name}`)
    play(`offer ${name}`)
    settle(world, play)
  }
}
