import type { Adapter } from '@claimd/sdk'
import type { EthernetConnection } from './configuration/connection.js'
import { canonicalPrefix, isLocal, isV4 } from './ip-address.js'
import { findLeases } from './leases/find-leases.js'
import type { Lease } from './leases/lease.js'
import { addressesWithLifetime } from './lifetimes.js'
import { some } from './some.js'
import type { SystemFiles } from './system-files.js'
import type { Verdict } from './verdict.js'

/** Tells whether the addresses that an adapter has are what a connection would have produced. */
export class Judge {
  readonly #files: SystemFiles
  readonly #now: () => number

  /** @param now the system's clock, in milliseconds since 1970: leases expire by it */
  constructor(files: SystemFiles, now: () => number) {
    this.#files = files
    this.#now = now
  }

  /** @param formerNames what the link was called before: a DHCP client goes on to record its lease under that name */
  async judge(
    adapter: Adapter,
    { addressing, othersAllowed }: EthernetConnection,
    formerNames: readonly string[] = [],
  ): Promise<Verdict> {
    const found = adapter.addresses.map((address) => canonicalPrefix(address) ?? address)
    const wanted = addressing.method === 'static' ? addressing.addresses : []
    const extra = await this.#notByItself(
      adapter,
      found.filter((address) => !wanted.includes(address)),
    )
    if (addressing.method === 'dhcp') {
      return othersAllowed
        ? this.#judgeAmongOthers(adapter, extra, formerNames)
        : this.#judgeLeased(adapter, extra, formerNames)
    }
    const missing = wanted.filter((address) => !found.includes(address))
    if (missing.length > 0) return other(`it lacks ${some(missing)}; it has ${some(found)}`)
    if (extra.length > 0 && !othersAllowed) return other(`besides ${some(wanted)} it has ${some(extra)}`)
    const evidence = `static ${some(wanted)} as configured`
    return { is: 'produced', evidence, until: Number.POSITIVE_INFINITY }
  }

  /** Leaves out what a link has whatever is configured: local addresses, and IPv6 ones given by the network. */
  async #notByItself(adapter: Adapter, addresses: readonly string[]): Promise<string[]> {
    const wide = addresses.filter((address) => !isLocal(address))
    if (wide.every(isV4)) return wide
    const given = await addressesWithLifetime(this.#files, adapter)
    return wide.filter((address) => !given.has(address.split('/')[0]!))
  }

  /** One of the addresses has a lease; what somebody else has set does not matter. */
  async #judgeAmongOthers(
    adapter: Adapter,
    found: readonly string[],
    formerNames: readonly string[],
  ): Promise<Verdict> {
    const verdicts: Verdict[] = []
    for (const prefix of found.filter(isV4))
      verdicts.push(await this.#judgeLeased(adapter, [prefix], formerNames))
    return (
      verdicts.find(({ is }) => is === 'produced') ??
      verdicts.find(({ is }) => is === 'unrecorded') ??
      verdicts[0] ??
      this.#judgeLeased(adapter, [], formerNames)
    )
  }

  async #judgeLeased(
    adapter: Adapter,
    found: readonly string[],
    formerNames: readonly string[],
  ): Promise<Verdict> {
    const [prefix, ...others] = found
    if (prefix === undefined) return other('it has no address yet that DHCP could have given it')
    if (others.length > 0) return other(`DHCP gives one IPv4 address; it has ${some(found)}`)
    if (!isV4(prefix)) return other(`DHCP gives an IPv4 address; it has ${prefix}`)
    const [address, length] = prefix.split('/')
    const { leases, denied } = await findLeases(this.#files, adapter, formerNames)
    const own = leases.filter((lease) => lease.address === address)
    const lease = own.reduce<Lease | undefined>((a, b) => (a && a.expires >= b.expires ? a : b), undefined)
    if (lease === undefined) return { is: 'unrecorded', reason: noRecord(address!, leases, denied) }
    if (lease.expires <= this.#now()) {
      return {
        is: 'unrecorded',
        reason: `the lease of ${lease.client} for ${address} expired ${timeText(lease.expires)}`,
      }
    }
    if (lease.length !== null && lease.length !== Number(length)) {
      return other(`${lease.client} was given ${address}/${lease.length}; it has ${prefix}`)
    }
    // Without the moment when it expires: a renewal, which no verify follows, would make that untrue.
    const evidence = `lease of ${lease.client} for ${prefix}`
    return { is: 'produced', evidence, until: lease.expires }
  }
}

function other(reason: string): Verdict {
  return { is: 'other', reason }
}

function noRecord(address: string, leases: readonly Lease[], denied: readonly string[]): string {
  const parts = [`no DHCP client has recorded a lease for ${address}`]
  if (leases.length > 0)
    parts.push(`recorded: ${some(leases.map((lease) => `${lease.address} (${lease.client})`))}`)
  if (denied.length > 0) parts.push(`claimd may not read ${some(denied)}`)
  return parts.join('; ')
}

function timeText(time: number): string {
  if (time === Number.POSITIVE_INFINITY) return 'for ever'
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'far in the future' : date.toISOString().replace(/\.\d+Z$/, 'Z')
}
