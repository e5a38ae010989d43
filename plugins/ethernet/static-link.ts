import type { Adapter, ConnectCall, ConnectCause, ContextError, LinksService, Route } from '@claimd/sdk'
import { routesOf } from './configuration/routes-of.js'
import type { StaticAddressing } from './configuration/static-addressing.js'
import { missingAddresses } from './ip-address.js'
import { some } from './some.js'

/** How long a link is waited for, in milliseconds. */
export interface Patience {
  /** From the moment it is set up until it has a carrier: a wired port takes some seconds to agree on a speed. */
  carrier: number
  /** Until all its addresses can be used: duplicate address detection takes a second or two. */
  addresses: number
}

export const usualPatience: Patience = { carrier: 6_000, addresses: 6_000 }

/** How long it takes from one look to the next, in milliseconds: at first, and at most. */
const pause = { first: 20, longest: 250 }

/** Why a link could not be brought up. */
export class NotBroughtUp extends Error {
  constructor(
    readonly failure: ConnectCause,
    reason: string,
  ) {
    super(reason)
  }
}

/**
 * Brings a link up as it is configured. All of it goes through the host, which knows how to take it back: whatever stops it on
 * the way, there is nothing to clean up here. What somebody else has made already is used as it is.
 * @throws NotBroughtUp
 */
export async function bringUp(
  links: LinksService,
  { adapter: { id, name }, fence, signal, progress }: ConnectCall & { adapter: Adapter },
  addressing: StaticAddressing,
  patience: Patience,
): Promise<void> {
  const step = async (what: string, work: () => Promise<void>) => {
    stopIfAborted(signal)
    await work().catch((error: ContextError) => {
      throw new NotBroughtUp(causeOf(error), `${what}: ${error.found ?? error.message}`)
    })
  }
  const waitFor = (until: (adapter: Adapter) => boolean, ms: number) =>
    lookUntil(() => links.look(id, fence), until, ms, signal)
  const { mtu, addresses } = addressing
  if (mtu !== null) await step(`${name} does not take the MTU ${mtu}`, () => links.setMtu(id, fence, mtu))
  await step(`${name} cannot be set up`, () => links.up(id, fence))
  progress({ state: 'waiting-for-ip', text: `waiting for a carrier on ${name}` })
  const ready = await waitFor(({ carrier }) => carrier === true, patience.carrier)
  if (ready.carrier !== true)
    throw new NotBroughtUp('no-carrier', `${name} has had no carrier for ${patience.carrier / 1000} s`)
  for (const address of addresses)
    await step(`the address ${address} cannot be set on ${name}`, () => links.addAddress(id, fence, address))
  for (const route of routesOf(addressing))
    await step(`${describe(route)} cannot be set through ${name}`, () => links.addRoute(id, fence, route))
  progress({ state: 'waiting-for-ip', text: `waiting until the addresses of ${name} can be used` })
  const missing = (adapter: Adapter) => missingAddresses(addresses, adapter.addresses)
  const isDone = (adapter: Adapter) => adapter.up && adapter.carrier === true && missing(adapter).length === 0
  const last = await waitFor(isDone, patience.addresses)
  if (isDone(last)) return
  if (missing(last).length === 0) throw new NotBroughtUp('no-carrier', `${name} has lost its carrier`)
  const lacking = some(missing(last))
  throw new NotBroughtUp(
    'no-address',
    `${name} cannot use ${lacking}: another host on the link may have the same address`,
  )
}

/** Looks again and again. @returns the last look: that which was waited for, or the one when the time was over */
async function lookUntil(
  look: () => Promise<Adapter>,
  until: (adapter: Adapter) => boolean,
  ms: number,
  signal: AbortSignal,
): Promise<Adapter> {
  const end = performance.now() + ms
  for (let wait = pause.first; ; wait = Math.min(2 * wait, pause.longest)) {
    stopIfAborted(signal)
    const adapter = await look().catch((error: ContextError) => {
      throw new NotBroughtUp(causeOf(error), error.message)
    })
    const left = end - performance.now()
    if (until(adapter) || left <= 0) return adapter
    await pauseFor(Math.min(wait, left), signal)
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over)
    if (signal.aborted) over()
  })
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new NotBroughtUp('cancelled', 'it is not wanted any more')
}

function describe({ destination, gateway, metric }: Route): string {
  return `the route to ${destination}${gateway === undefined ? '' : ` via ${gateway}`}, metric ${metric},`
}

/** By the kernel's own words, which come with LINK_NOT_CHANGED. */
function causeOf({ found }: ContextError): ConnectCause {
  if (/^(ENODEV|no such link)/.test(found ?? '')) return 'no-adapter'
  // Only a route: it leads through another link already.
  return /^EEXIST/.test(found ?? '') ? 'resource-busy' : 'provider-failed'
}
