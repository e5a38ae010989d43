import type { Adapter } from '@claimd/sdk'
import { adoptMade } from '../claims/dialling.js'
import { madeFor } from '../claims/made-links.js'
import { claimdError } from '../errors.js'
import { storeAttempt } from './attempts.js'
import type { ConnectionsContext } from './context.js'
import type { Attempt, ConnectionRecord } from './records.js'

/*
 * Links that a provider makes itself while it connects: they are offered to nobody for as long as that attempt is there, and one
 * of them becomes its adapter.
 */

/** A plugin makes links for one of its connects. */
export interface Making {
  plugin: string
  fence: number
  /** Also that of the other end. */
  names: readonly string[]
}

export interface Adopting {
  plugin: string
  fence: number
  /** Of the link. */
  index: number
}

export function makeLinks(
  context: ConnectionsContext,
  { plugin, fence, names }: Making,
): { connection: string; provider: string } {
  const { record, attempt } = connectOf(context, plugin, fence, `make the link ${names[0]}`)
  for (const name of names) {
    const other = madeFor(context.adapters, { adapter: { name } })
    if (other === null || other === record.name) continue
    throw notAllowed(plugin, `make the link ${name}`, `it is made for connection ${other}`)
  }
  for (const name of names) context.adapters.made.set(name, fence)
  return { connection: record.name, provider: attempt.provider }
}

export function adoptLink(
  context: ConnectionsContext,
  { plugin, fence, index }: Adopting,
): { adapter: Adapter | null } {
  const { record, attempt } = connectOf(context, plugin, fence, 'adopt a link')
  const link = context.adapters.byIndex.get(index)
  if (!link) return { adapter: null }
  const { provider } = attempt
  let refused: string | null = null
  context.claims.within(context.turn, (claims) => {
    refused = adoptMade(claims, link, { provider, connection: record.name, fence })
  })
  if (refused !== null) throw notAllowed(plugin, `adopt the link ${link.adapter.name}`, refused)
  const undo = () => {
    if (record.attempt !== attempt) return false
    attempt.adapter = null
    storeAttempt(context, attempt)
    return true
  }
  context.decide(undo, () => {
    attempt.adapter = link.adapter
    storeAttempt(context, attempt)
  })
  return { adapter: link.adapter }
}

function connectOf(
  context: ConnectionsContext,
  plugin: string,
  fence: number,
  what: string,
): { record: ConnectionRecord; attempt: Attempt } {
  const record = context.withFence(fence)
  const attempt = record?.attempt
  if (!record || !attempt || context.provider(attempt.provider)?.plugin !== plugin)
    throw notAllowed(plugin, what, `the fence ${fence} is not one of its connects`)
  if (attempt.phase !== 'connecting' || attempt.cancelled !== null)
    throw notAllowed(plugin, what, `connection ${record.name} is not being connected any more`)
  if (attempt.adapter !== null)
    throw notAllowed(plugin, what, `connection ${record.name} has the adapter ${attempt.adapter.name}`)
  return { record, attempt }
}

function notAllowed(plugin: string, what: string, because: string): Error {
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${plugin} may not ${what}: ${because}`,
    found: because,
    expected: 'the fence of a connect that is under way, and was given no adapter',
    remedy: 'use the fence that `connect` was called with, until it ends',
  })
}
