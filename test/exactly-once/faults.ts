import type { EventDocument } from '@claimd/sdk'

export interface Account {
  /** What each plugin wrote down, and what has happened to the processes. */
  calls: readonly { plugin: string; calls: readonly string[] }[]
  events: readonly EventDocument[]
  /** The numbers of the requests that were accepted. */
  accepted: ReadonlySet<number>
}

/** What is not as it has to be, when all is at rest. */
export function faultsOf({ calls, events, accepted }: Account): string[] {
  return [
    ...calls.flatMap(({ plugin, calls: lines }) => callFaults(plugin, lines)),
    ...requestFaults(events, accepted),
    ...stateFaults(
      events,
      calls.flatMap(({ calls: lines }) => lines),
    ),
  ]
}

interface Fence {
  connects: number
  /** By life of the host. */
  disconnects: Map<number, number>
  /** Its connect is under way, as far as its process has told. */
  isConnecting: boolean
  /** A process that it was called in was killed, or one of another version was started. */
  isDisturbed: boolean
}

/** For each fence one connect and one clean-up; a disconnect is begun again only by a host that was killed meanwhile. */
function callFaults(plugin: string, lines: readonly string[]): string[] {
  const faults: string[] = []
  const fences = new Map<string, Fence>()
  let life = 0
  let inLane: string | null = null
  for (const line of lines) {
    const [what, fence = '', connection] = line.split(' ')
    if (what === 'kill-host') life++
    if (what === 'kill-host' || what === 'crash' || what === 'start') {
      inLane = null
      for (const one of fences.values()) one.isDisturbed ||= what !== 'start' || one.isConnecting
    }
    if (what === 'kill-host' || what === 'crash' || what === 'start') continue
    const known = fences.get(fence) ?? {
      connects: 0,
      disconnects: new Map(),
      isConnecting: false,
      isDisturbed: false,
    }
    fences.set(fence, known)
    const bad = (why: string) => faults.push(`${plugin}, ${connection}, fence ${fence}: ${why}`)
    if (what === 'connect-begin') {
      known.connects++
      known.isConnecting = true
      if (known.connects > 1) bad('connected twice')
      if (known.disconnects.size > 0) bad('connected after its disconnect')
    } else if (what === 'connect-end') known.isConnecting = false
    else if (what === 'disconnect-begin') {
      const count = (known.disconnects.get(life) ?? 0) + 1
      known.disconnects.set(life, count)
      if (count > 1) bad('disconnected twice in one life of the host')
      if (known.isConnecting && !known.isDisturbed) bad('disconnected while its connect was under way')
    }
    if (plugin !== 'serial') continue
    if (what!.endsWith('-begin')) {
      if (inLane !== null) bad(`called while ${inLane} was under way`)
      inLane = `${fence} of ${connection}`
    } else inLane = null
  }
  for (const [fence, { disconnects, isDisturbed }] of fences) {
    if (disconnects.size === 0 && !isDisturbed) faults.push(`${plugin}, fence ${fence}: never cleaned up`)
  }
  return faults
}

/** For each request one completion, of those that were accepted as of all others. */
function requestFaults(events: readonly EventDocument[], accepted: ReadonlySet<number>): string[] {
  const faults: string[] = []
  const open = new Map<number, number>()
  for (const { type, request, revision } of events) {
    if (type === 'request-opened') open.set(request as number, 0)
    if (type !== 'request-completed') continue
    const count = open.get(request as number)
    if (count === undefined) faults.push(`${revision}: request ${request} was completed, and never opened`)
    else open.set(request as number, count + 1)
  }
  for (const [request, count] of open)
    if (count !== 1) faults.push(`request ${request} was completed ${count} times`)
  for (const request of accepted)
    if (!open.has(request)) faults.push(`request ${request} was accepted, and no event tells of it`)
  return faults
}

const next: Record<string, readonly string[]> = {
  disconnected: ['disconnected', 'connecting'],
  connecting: ['connecting', 'connected', 'disconnecting', 'disconnected'],
  connected: ['connected', 'disconnecting'],
  disconnecting: ['disconnected', 'connecting'],
}

/** States change along these edges only, and what was connected is taken down once. */
function stateFaults(events: readonly EventDocument[], calls: readonly string[]): string[] {
  const faults: string[] = []
  const last = new Map<string, string>()
  const down = new Map<string, number>()
  for (const { type, revision, connection, state, from } of events) {
    // What only waited is not stored: each life of the host begins with what is.
    if (type === 'started') last.clear()
    if (type !== 'connection-state') continue
    const name = connection as string
    const [before, now] = [phaseOf(from), phaseOf(state)]
    if (last.has(name) && last.get(name) !== from)
      faults.push(`${revision}: ${name} was ${last.get(name)}, and is told to have been ${from}`)
    if (!next[before]!.includes(now)) faults.push(`${revision}: ${name} went from ${from} to ${state}`)
    if (now === 'disconnecting' && before !== now) down.set(name, (down.get(name) ?? 0) + 1)
    last.set(name, state as string)
  }
  const begun = new Map<string, number>()
  for (const call of calls) {
    const [what, , name = ''] = call.split(' ')
    if (what === 'connect-begin') begun.set(name, (begun.get(name) ?? 0) + 1)
  }
  for (const [name, count] of begun)
    if ((down.get(name) ?? 0) < count)
      faults.push(`${name} was connected ${count} times, and taken down ${down.get(name) ?? 0} times`)
  return faults
}

/** A connection that is suspended is connected. */
function phaseOf(state: unknown): string {
  return state === 'suspended' ? 'connected' : String(state).split('-')[0]!
}
