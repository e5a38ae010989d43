import type { ClaimdError, StatusAnswer } from '@claimd/sdk'
import type { Link } from '../adapters/link.js'
import { claimdError } from '../errors.js'
import { shellWord } from '../shell-word.js'
import type { Attempt, ConnectionRecord } from './records.js'

/**
 * What claimd may do with connections, see host/docs/design.md#the-rules-of-connections: each rule once, and each with a test that
 * fails without it.
 */

/** Whether claimd is to bring a connection up, and to keep it up: CM-24, CM-25. */
export function isWanted({ settings, holds, stoppedBy }: ConnectionRecord): boolean {
  if (!settings?.enabled) return false
  if (holds.size > 0) return true
  return settings.behaviour === 'always-connected' && stoppedBy === null
}

/** While claimd is being stopped nothing is begun: what is being connected, or taken down, is taken back to its end. */
export function isLeftAsItIs(isStopping: boolean, attempt: Attempt | null): boolean {
  return isStopping && attempt?.phase !== 'connecting' && attempt?.phase !== 'disconnecting'
}

/**
 * CM-22: a connection that is up and not wanted is idle, unless others share its link, or its provider does not take it down
 * (CM-6).
 */
export function isIdle(record: ConnectionRecord): boolean {
  return !isWanted(record) && record.sharers.size === 0 && !record.attempt?.staysUp
}

/** CM-27: connections of one type lead to the same where their provider has the same link key for both. */
export function leadsToTheSame(
  { provider, reference }: Attempt,
  linkKey: string,
  other: Attempt | null,
): boolean {
  if (other === null || other.fence === 0 || other.linkKey !== linkKey) return false
  return other.provider === provider && other.reference.type === reference.type
}

/** CM-27: a link that a connection shares which is wanted is not taken down. `null` when it may be. */
export function refuseShared(
  { name, sharers }: ConnectionRecord,
  records: ReadonlyMap<string, ConnectionRecord>,
): ClaimdError | null {
  const users = [...sharers].filter((sharer) => isWanted(records.get(sharer)!))
  if (users.length === 0) return null
  return claimdError('CONNECTION_IN_USE', {
    message: `connection ${name} is kept up for ${users.join(', ')}, which shares its link`,
    found: `wanted: ${users.join(', ')}`,
    expected: 'a link that no other connection shares',
    remedy: `to take it down: claimd disconnect ${shellWord(users[0]!)}, and then: claimd disconnect ${shellWord(name)}`,
  })
}

/** CM-25: a disabled connection is not connected for any caller. `null` when it may be. */
export function refuseDisabled({ name, settings, source }: ConnectionRecord): ClaimdError | null {
  if (settings === null || settings.enabled) return null
  return claimdError('CONNECTION_DISABLED', {
    message: `connection ${name} is disabled`,
    found: 'enabled: false in its configuration',
    expected: 'a connection that is enabled',
    remedy:
      source === 'file'
        ? 'enable it in the configuration file'
        : `claimd connection edit ${shellWord(name)}, and enable it`,
  })
}

/** SC-51: one caller must not take all there is. `null` when it may open one more. */
export function refuseMany(open: number, limit: number, who: string): ClaimdError | null {
  if (open < limit) return null
  return claimdError('TOO_MANY_REQUESTS', {
    message: `${who} has ${open} requests open, and may have no more`,
    found: `${open} open requests`,
    expected: `at most ${limit}`,
    remedy: 'wait until some are completed, or cancel them: claimd disconnect NAME',
  })
}

/** `disconnect --if-unused`: not while somebody wants it up. `null` when nobody does. */
export function refuseUsed(record: ConnectionRecord): ClaimdError | null {
  const { name, holds } = record
  if (holds.size === 0 && !isWanted(record)) return null
  const owners = [...holds.keys()].join(', ')
  return claimdError('CONNECTION_IN_USE', {
    message: `connection ${name} ${holds.size > 0 ? `is used by ${owners}` : 'is always connected'}`,
    found: holds.size > 0 ? `held by ${owners}` : 'behaviour: always-connected in its configuration',
    expected: 'a connection that is not used',
    remedy: `to take it down all the same: claimd disconnect ${shellWord(name)}`,
  })
}

/** What could not be taken down for sure stays connected only if its provider says that it is. */
export function staysUpAfterAll(answer: StatusAnswer): boolean {
  return answer.result === 'SUCCESS' && answer.state !== 'disconnected'
}

/** After a restart, and after what may have ended it: only a clear no ends a connection. */
export function isLost(answer: StatusAnswer): boolean {
  return answer.result === 'SUCCESS' && answer.state === 'disconnected'
}

/** SC-41: a carrier that is lost for a short time changes nothing. One that is suspended already is not waited for again. */
export function waitsForCarrier({ up, carrier }: Link, { suspended }: Attempt): boolean {
  return up && carrier === false && !suspended
}

/** SC-55: a thing is used by so many connections at most. @returns who is in the way; `null` when it may be used */
export function whoUses(
  resource: { id: string; capacity: number },
  users: readonly { name: string; resources: readonly string[] }[],
): string | null {
  const using = users.filter(({ resources }) => resources.includes(resource.id))
  return using.length < resource.capacity ? null : using[0]!.name
}
