import { holdingRows } from '../../../../../host/core/claims/rows.js'
import {
  attemptRows,
  configurationRows,
  holdRows,
  requestRows,
  sharingRows,
  stopRows,
} from '../../../../../host/core/connections/rows.js'
import { must } from './must.js'
import type { Seen } from './seen.js'

/** Whether there is an attempt with this fence in the store. */
export function isStored({ rows }: Seen, fence: number): boolean {
  return attemptRows.of([...rows.values()]).some((attempt) => attempt.fence === fence)
}

/** What is stored is what is: a host that is killed now goes on with it. @param open the requests that were told as open */
export function checkStored(world: Seen, open: ReadonlySet<number>): void {
  if (world.degraded) return
  const { claims, connections } = world.machines!
  const { records, requests, stored } = connections.context
  const rows = [...world.rows.values()]
  const all = [...records.values()]
  const list = (lines: unknown[]) => JSON.stringify(lines.map((line) => JSON.stringify(line)).sort())
  const same = (what: string, is: unknown[], should: unknown[]) =>
    must(list(is) === list(should), () => `of ${what} ${list(is)} is stored instead of ${list(should)}`)
  same(
    'attempts',
    attemptRows
      .of(rows)
      .map(({ fence, phase, reference, resources }) => [reference, fence, phase, resources]),
    all.flatMap(({ attempt }) =>
      attempt?.fence ? [[attempt.reference, attempt.fence, attempt.phase, attempt.resources]] : [],
    ),
  )
  same(
    'holds',
    holdRows.of(rows).map(({ connection, owner, mode }) => [connection, owner, mode]),
    all.flatMap(({ name, holds }) => [...holds.values()].map(({ owner, mode }) => [name, owner, mode])),
  )
  same(
    'stops',
    stopRows.of(rows).map(({ connection }) => connection),
    all.flatMap(({ name, stoppedBy }) => (stoppedBy === null ? [] : [name])),
  )
  same(
    'requests',
    requestRows.of(rows).map(({ id }) => id),
    [...requests.keys()],
  )
  same('requests that were told', [...open], [...requests.keys()])
  same(
    'configurations',
    configurationRows.of(rows).map(({ name, config }) => [name, config]),
    [...stored.values()].map(({ name, config }) => [name, config]),
  )
  same(
    'shared links',
    sharingRows.of(rows).map(({ reference, carrier }) => [reference.name, carrier]),
    all.flatMap(({ name, sharing }) => (sharing ? [[name, sharing.carrier]] : [])),
  )
  same(
    'holdings',
    holdingRows
      .of(rows)
      .map(({ adapter, connection, fence, origin, over }) => [
        ...[adapter, connection, fence, origin, over?.fence ?? 0],
      ]),
    [...claims.context.adapters.values()].flatMap(({ id, holding }) =>
      holding ? [[id, holding.connection, holding.fence, holding.origin, holding.over?.fence ?? 0]] : [],
    ),
  )
}
