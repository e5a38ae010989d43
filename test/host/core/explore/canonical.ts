import { createHash } from 'node:crypto'
import type { AdapterRecord, Holding, RunningRound } from '../../../../host/core/claims/records.js'
import {
  adapterRows,
  holdingRows,
  previousHolderRows,
  releaseRows,
} from '../../../../host/core/claims/rows.js'
import type { Machine } from './machine.js'

/** Every field of the core's records, so that one that is new is not overlooked here. */
const fields = {
  record:
    'adapter,allowance,doubting,expected,flaps,generation,heldBefore,holding,id,ignored,key,link,missed,outcome,predecessor,release,round,roundsEnded,unsupported,waiting,wakeAt,wanted',
  holding:
    'abandoned,band,connection,evidence,fence,givenUp,givenUpBy,origin,orphaned,plugin,provider,provisional,retries,retryAt,since,unsure,verified,verifying,version,volatile',
  round: 'answers,asking,at,claimEnd,pending,queue,trigger,unlisted,waiting',
}

/**
 * What of a state decides what can follow, as a digest. What only rises (generations, fences, numbers of
 * questions, time) is replaced by its rank or its distance from now, and what is only told to people is left out.
 */
export function digestOf(machine: Machine): string {
  return createHash('md5')
    .update(JSON.stringify(project(machine)))
    .digest('base64')
}

function project(machine: Machine): unknown {
  const { claims, now, links, providers, questions, late, wakes, rows, left } = machine
  const names = new Names(machine)
  const records = claims
    ? [...claims.context.adapters.values()].map((one) => recordOf(one, machine, names))
    : []
  const stored = [...rows.values()]
  const one = (question: (typeof questions)[number]) => {
    const { kind, provider, adapter, connection, fence } = question
    return [kind, provider, names.adapter(adapter.id), connection, names.fence(fence)]
  }
  return [
    left,
    [...links.values()].map(({ index, name, addresses, master }) => [index, name, addresses.length, master]),
    [...providers.values()].map(({ status }) => status),
    claims?.context.ready,
    records,
    claims ? [...claims.context.previousHolders] : null,
    questions.map(one),
    late && one(late),
    wakes.map(({ adapter, at }) => [names.adapter(adapter), at - now]).sort(),
    adapterRows.of(stored).map(({ id, unsupported }) => [names.adapter(id), unsupported]),
    holdingRows
      .of(stored)
      .map(({ adapter, provider, fence }) => [names.adapter(adapter), provider, names.fence(fence)]),
    releaseRows.of(stored).map(({ adapter }) => names.adapter(adapter)),
    previousHolderRows.of(stored),
  ]
}

/** Ranks instead of numbers that only rise. */
class Names {
  private readonly adapters = new Map<string, string>()
  private readonly fences: number[]

  constructor({ claims, questions, late, rows }: Machine) {
    const all = late ? [...questions, late] : questions
    const stored = [...rows.values()]
    const ids = new Set([
      ...adapterRows.of(stored).map(({ id }) => id),
      ...all.map(({ adapter }) => adapter.id),
    ])
    for (const id of claims?.context.adapters.keys() ?? []) ids.add(id)
    const sorted = [...ids].sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]))
    for (const [rank, id] of sorted.entries()) this.adapters.set(id, `${id.split('.')[0]}.${rank}`)
    this.fences = [...all, ...holdingRows.of(stored)].map(({ fence }) => fence).sort((a, b) => a - b)
  }

  adapter(id: string): string {
    return this.adapters.get(id) ?? 'gone'
  }

  fence(fence: number): number {
    return this.fences.indexOf(fence)
  }
}

function recordOf(record: AdapterRecord, { claims, now }: Machine, names: Names): unknown {
  check('record', record)
  const {
    id,
    ignored,
    holding,
    release,
    round,
    wanted,
    allowance,
    unsupported,
    heldBefore,
    waiting,
    wakeAt,
  } = record
  const reference = claims!.reference.facts.adapters.get(id)!
  return [
    names.adapter(id),
    ignored !== null,
    holding && holdingOf(holding, now, names),
    release !== null,
    round && roundOf(round, now),
    wanted !== null,
    Math.min(4, allowance.rounds + (now - allowance.at) / 1_000),
    [...unsupported],
    heldBefore,
    waiting.length,
    record.doubting.length,
    wakeAt === null ? null : wakeAt - now,
    [...record.missed],
    reference.due,
    reference.holder?.confirmed,
  ]
}

function holdingOf(holding: Holding, now: number, names: Names): unknown {
  check('holding', holding)
  const { provider, connection, fence, band, provisional, orphaned, abandoned, verified, verifying } = holding
  const verifies = verifying?.key
  const retry = holding.retryAt === null ? null : holding.retryAt - now
  const held = [provider, connection, names.fence(fence), band]
  // From the sixth on, a verify is tried again after the same time.
  return [
    held,
    provisional,
    orphaned,
    abandoned,
    holding.givenUp !== null,
    verified,
    verifies,
    retry,
    Math.min(6, holding.retries),
  ]
}

function roundOf(round: RunningRound, now: number): unknown {
  check('round', round)
  const { queue, asking, pending, waiting } = round
  return [
    queue.map(({ provider }) => provider.id),
    asking && [
      asking.place.provider.id,
      asking.key,
      asking.pending?.repeats,
      asking.pending && asking.pending.until - now,
    ],
    [...pending].map(([id, { repeats, until, retryAt }]) => [id, repeats, until - now, retryAt - now]),
    waiting.length,
  ]
}

const checked = new Set<string>()

function check(what: keyof typeof fields, value: object): void {
  if (checked.has(what)) return
  const found = Object.keys(value).sort().join(',')
  if (found !== fields[what])
    throw new Error(`the ${what} has other fields than the exploration knows: ${found}`)
  checked.add(what)
}
