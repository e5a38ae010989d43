import type { Adapter, ConnectCause, ContextError, Failure, LinksService, Route } from '@claimd/sdk'
import type { LinkSettings } from '../protocol/link-settings.js'

/** Until all addresses can be used: the kernel looks for duplicates of those of IPv6, which takes a second or two. */
const usableMs = 4_500
const pauseMs = 100

/** The link of a connect, and by which fence it may be changed. */
export interface DialledLink {
  adapter: Adapter
  fence: number
  signal: AbortSignal
}

/**
 * Sets on a link what its script has printed. The host knows how to take it back: there is nothing to clean up here.
 * @returns why that could not be; `null` when it is set, and the addresses can be used
 */
export async function setLink(
  links: LinksService,
  { adapter: { id, name }, fence, signal }: DialledLink,
  { mtu, addresses, routes }: LinkSettings,
): Promise<Failure | null> {
  const step = (what: string, work: () => Promise<void>) => ({ what, work })
  const steps = [
    ...(mtu === null ? [] : [step(`the MTU ${mtu}`, () => links.setMtu(id, fence, mtu))]),
    step('the link up', () => links.up(id, fence)),
    ...addresses.map((address) => step(`the address ${address}`, () => links.addAddress(id, fence, address))),
    ...routes.map((route) => step(describe(route), () => links.addRoute(id, fence, route))),
  ]
  for (const { what, work } of steps) {
    if (signal.aborted) return failed('cancelled', 'it is not wanted any more')
    try {
      await work()
    } catch (error) {
      const { found, message, code } = error as ContextError
      const why = code === 'LINK_NOT_CHANGED' && found ? found : message
      return failed(causeOf(error as ContextError), `claimd could not set ${what} on ${name}: ${why}`)
    }
  }
  for (const end = performance.now() + usableMs; ; ) {
    const now = await links.look(id, fence)
    const missing = addresses.filter((address) => !has(now, address))
    if (missing.length === 0) return null
    if (signal.aborted) return failed('cancelled', 'it is not wanted any more')
    if (performance.now() > end) return failed('no-address', `${name} cannot use ${missing.join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** The kernel writes an IPv6 address in its own way. */
function has({ addresses }: Adapter, wanted: string): boolean {
  const plain = canonical(wanted)
  return addresses.some((address) => canonical(address) === plain)
}

function canonical(text: string): string {
  const [address = '', length = ''] = text.split('/')
  if (!address.includes(':')) return text
  return `${new URL(`http://[${address}]`).hostname.slice(1, -1)}/${length}`
}

function describe({ destination, gateway }: Route): string {
  return `the route to ${destination}${gateway === undefined ? '' : ` via ${gateway}`}`
}

/** By the kernel's own words. */
function causeOf({ code, found }: ContextError): ConnectCause {
  if (code !== 'LINK_NOT_CHANGED') return 'provider-failed'
  if (/^(ENODEV|no such link)/.test(found ?? '')) return 'no-adapter'
  return /^EEXIST/.test(found ?? '') ? 'resource-busy' : 'provider-failed'
}

function failed(cause: ConnectCause, reason: string): Failure {
  return { result: 'CONNECTION_ACQUIRE_FAILED', cause, reason }
}
