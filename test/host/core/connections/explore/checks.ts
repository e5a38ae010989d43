import type { Outbox } from '../../../../../host/core/kernel/outbox.js'
import { must } from './must.js'
import type { Seen } from './seen.js'

/** The connections that are up by an attempt. */
export function upIn({ machines }: Seen): string[] {
  const records = [...(machines?.connections.context.records.values() ?? [])]
  return records.filter(({ attempt }) => attempt?.phase === 'connected').map(({ name }) => name)
}

/** What an operator has asked for, which is true once it is stored. */
export function askedOf({ machines }: Seen, verb: string): string {
  const isDisconnect = /^(disconnect|unused|all)$/.test(verb)
  const records = [...(machines?.connections.context.records.values() ?? [])]
  const asked = records.map(({ name, holds, stoppedBy, settings, requests, attempt }) => [
    ...[name, [...holds.keys()], stoppedBy, settings],
    [...requests.values()]
      .filter(({ what }) => !isDisconnect || what === 'disconnect')
      .map(({ id }) => id)
      .sort(),
    isDisconnect ? attempt?.phase === 'connected' : attempt?.takesOver === true,
  ])
  return JSON.stringify(asked)
}

/** An adapter, a name and a thing are held once. */
export function checkHoldings(world: Seen): void {
  const { claims, connections } = world.machines!
  const { adapters, byConnection, dialled } = claims.context
  const names = new Set<string>()
  for (const { holding, adapter } of adapters.values()) {
    if (!holding) continue
    const { connection, origin, fence } = holding
    must(!names.has(connection), () => `${connection} holds two adapters`)
    names.add(connection)
    must(byConnection.get(connection)?.holding === holding, () => `${connection} is not found by its name`)
    if (origin === 'out-of-band') {
      must(!dialled.has(connection), () => `${connection} is claimed, and dialled`)
      continue
    }
    const attempt = connections.context.records.get(connection)?.attempt
    must(attempt?.fence === fence, () => `${adapter.name} is held for an attempt that is not there`)
  }
  must(
    byConnection.size === names.size,
    () => `${[...byConnection.keys()]} are found, ${[...names]} are held`,
  )
  let users = 0
  for (const { name, attempt } of connections.context.records.values()) {
    const fence = attempt?.fence || undefined
    must(dialled.get(name) === fence, () => `${name} is dialled with ${dialled.get(name)}, not with ${fence}`)
    if (fence !== undefined && attempt!.resources.includes('line')) users++
  }
  must(users <= 1, () => `${users} connections use what has room for one`)
}

/** A provider that is serial does one thing at a time; but whether it is down is asked also when it has not answered to that. */
export function checkLanes({ acts, questions }: Seen): void {
  const fences = new Set<number>(acts.map(({ fence }) => fence))
  for (const question of questions) {
    if (question.kind === 'status') fences.add(question.fence)
    if (question.kind === 'resources') fences.add(-question.id)
  }
  must(fences.size <= 1, () => `${acts.length} acts run, and ${questions.length} questions are out`)
}

/** Everything that an event leads to has been decided with it: to look again leads to nothing. */
export function checkDecided(world: Seen): void {
  const { claims, connections } = world.machines!
  for (const { name } of [...connections.context.records.values()]) {
    const out = world.lookAgain(name)
    must(isEmpty(out), () => `something was left to be decided about ${name}: ${JSON.stringify(out)}`)
  }
  claims.context.turn = connections.context.turn = undefined as never
}

function isEmpty({ events, rows, ask, cancel, act, cancelAct, undo, wake, replies }: Outbox): boolean {
  return (
    [events, ask, cancel, act, cancelAct, undo, wake, replies].every(({ length }) => length === 0) &&
    rows.size === 0
  )
}
