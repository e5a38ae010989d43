import type { ConnectionState, ErrorDocument, StatusDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { localTime, span } from '../time.js'
import { block, type Value } from './block.js'
import { standingOf } from './connection-state.js'

/** What to do while nothing can be stored. */
export function degradedRemedy({ remedy }: StatusDocument): string {
  return `${remedy ?? 'See what it says'}. What is claimed stays protected meanwhile`
}

/** Whether the daemon watches the adapters of another network namespace than this one. */
export function isElsewhere({ networkNamespace }: StatusDocument, here: string | null): boolean {
  return here !== null && /^net:/.test(networkNamespace ?? '') && networkNamespace !== here
}

/** @param here the network namespace of this process; `null` where it is not known */
export function show(status: StatusDocument, page: Page, here: string | null = null): string {
  const running = span(page.now.getTime() - Date.parse(status.since))
  const degraded: [string, Value][] =
    status.health === 'degraded'
      ? [
          ['degraded', status.because ?? 'for an unknown reason'],
          ['  do', degradedRemedy(status)],
        ]
      : []
  const plumbing: [string, Value][] =
    status.plumbing === 0
      ? []
      : [['plumbing', `${status.plumbing} of them (veth to other namespaces, bridges of such)`]]
  const where = isElsewhere(status, here)
    ? `, of network namespace ${status.networkNamespace}; this command runs in ${here}`
    : ''
  const entries: [string, Value][] = [
    ['claimd', `${status.version}, pid ${status.pid}, Node ${status.node}`],
    ['running', `for ${running}, since ${localTime(status.since, page.now)}`],
    ...degraded,
    ['configuration', status.config],
    ...configurationFault(status),
    ['adapters', counts(status.adapters)],
    ...plumbing,
    ['connections', counts(standings(status))],
    ['plugins', counts(status.pluginStates)],
    ['links', `${links(status)}${where}`],
    ['state', status.state],
    ['socket', status.socket],
    ['plugin folders', status.plugins.join(' ')],
    ['revision', status.revision],
  ]
  return block(page, entries)
}

/** What is wrong with the file: that it is not in force, or what the plugins do not understand of it. */
export function configurationFault({
  configurationFault: fault,
  configurationDoubts: doubts,
}: StatusDocument): [string, Value][] {
  const faults = fault === null ? [] : fault.faults?.length ? fault.faults : [{ ...fault, field: '' }]
  return [
    ...(fault === null
      ? []
      : [['  faulty', `${fault.message}; the last good one is in force`] satisfies [string, Value]]),
    ...faults.flatMap((one) => placed('  found', one)),
    // Beside a faulty file they are about the one before it, which is in force.
    ...doubts.flatMap((one) => placed(fault === null ? '  found' : '  in force', one)),
  ]
}

function placed(
  lead: string,
  {
    field,
    found,
    expected,
    remedy,
  }: Pick<ErrorDocument, 'found' | 'expected' | 'remedy'> & { field: string },
): [string, Value][] {
  return [
    [lead, field ? `${found} at ${field}` : found],
    ['  expected', expected],
    ['  do', remedy],
  ]
}

/** `5 (3 claimed, 2 unmanaged)`; states that nobody is in are left out. */
function counts(numbers: Readonly<Record<string, number>>): string {
  const parts = Object.entries(numbers).filter(([, count]) => count > 0)
  const total = parts.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return 'none'
  return `${total} (${parts.map(([state, count]) => `${count} ${state}`).join(', ')})`
}

/**
 * `3 (1 up, 1 trying, 1 failed)`: the states in which a connection is up, or on its way, are counted together, and so are those
 * in which one is whose last attempt failed.
 */
function standings({ connections, connectionsFailed }: StatusDocument): Record<string, number> {
  const found: Record<string, number> = { up: 0, trying: 0, failed: 0, down: 0, unavailable: 0, disabled: 0 }
  for (const [state, count] of Object.entries(connections ?? {})) {
    const failed = connectionsFailed?.[state as ConnectionState] ?? 0
    found.failed! += failed
    found[standingOf(state as ConnectionState)]! += count - failed
  }
  return found
}

/** `netlink, read anew 2 times, 3 messages unreadable`; what did not happen is left out. */
function links({ links, linksBecause, resyncs, malformed }: StatusDocument): string {
  const parts = [links]
  if (resyncs > 0) parts.push(`read anew ${times(resyncs)}`)
  if (malformed > 0) parts.push(malformed === 1 ? '1 message unreadable' : `${malformed} messages unreadable`)
  return parts.join(', ') + (linksBecause === null ? '' : `: ${linksBecause}`)
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
