import { ClaimdError } from '@claimd/sdk'
import { adapterWord } from '../adapters/adapter-name.js'
import { claimdError } from '../errors.js'
import type { Context } from './context.js'
import { madeFor } from './made-links.js'
import type { AdapterRecord } from './records.js'
import { refuseOffer, staysReleased, staysUnoffered, yields } from './rules.js'

/** Why the adapter is not offered now; `null` when it may be. */
export function offerObstacle(context: Context, record: AdapterRecord): string | null {
  return obstacleToOperator(context, record) ?? staysReleased(record.release)
}

/** The same when the operator asks: what was released may be offered then. */
export function obstacleToOperator(context: Context, record: AdapterRecord): string | null {
  if (context.degraded !== null) return `no claim is made while nothing can be stored: ${context.degraded}`
  if (!context.ready) return 'the plugins are being loaded'
  if (record.ignored) return record.ignored
  const isMade = staysUnoffered(madeFor(context, record))
  if (isMade !== null) return isMade
  if (record.link.awaitsUdev) return 'udev has not finished with it yet'
  if (record.holding && !yields(record.holding)) return `held by ${record.holding.provider}`
  return null
}

/** Answers a request for an offer that nobody will be asked for. */
export function refuseRequest(context: Context, request: number, record: AdapterRecord, why?: string): void {
  const refusal = refuseOffer(record.adapter, record.holding, wordFor(context, record))
  const obstacle = why ?? offerObstacle(context, record) ?? 'the round was broken off'
  const reply = refusal ? new ClaimdError(refusal) : notOffered(context, record, obstacle)
  context.out.replies.push({ request, reply, decided: false })
}

/** The error that an adapter is not offered. */
export function notOffered(context: Context, record: AdapterRecord, obstacle: string): ClaimdError {
  const { adapter, link } = record
  const isMaster = (one: AdapterRecord) => link.portOf !== null && one.link.index === link.master
  const master = [...context.adapters.values()].find(isMaster)
  return claimdError('ADAPTER_NOT_OFFERED', {
    message: `adapter ${adapter.name} is not offered: ${obstacle}`,
    found: obstacle,
    expected: 'an adapter that may be offered now',
    remedy: `see: claimd explain ${wordFor(context, master ?? record)}`,
  })
}

/** How a suggested command names the adapter. */
export function wordFor(context: Context, { id, adapter }: AdapterRecord): string {
  return adapterWord({ id, name: adapter.name }, (word) => context.adapters.has(word))
}
