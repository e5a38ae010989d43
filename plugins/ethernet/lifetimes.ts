import type { Adapter } from '@claimd/sdk'
import { canonicalAddress } from './ip-address.js'
import type { SystemFiles } from './system-files.js'

/** The kernel's list of IPv6 addresses: address, index, prefix length, scope, flags (hexadecimal) and name. */
const list = '/proc/net/if_inet6'
const permanentFlag = 0x80
/** Duplicate address detection goes on. */
const tentativeFlag = 0x40
/** It has found a duplicate. */
const duplicateFlag = 0x08
/** Room for some ten thousand addresses. */
const listLimit = 1024 * 1024

/**
 * The IPv6 addresses of a link that have a lifetime: those that routers' announcements or DHCPv6 have given it,
 * whatever else is configured. In the spelling by which addresses are compared, without prefix length.
 */
export function addressesWithLifetime(files: SystemFiles, adapter: Adapter): Promise<Set<string>> {
  return addressesWith(files, adapter, (flags) => !(flags & permanentFlag))
}

/** The IPv6 addresses of a link that the kernel is looking at for duplicates; in the same spelling. */
export function addressesBeingChecked(files: SystemFiles, adapter: Adapter): Promise<Set<string>> {
  return addressesWith(files, adapter, (flags) => Boolean(flags & tentativeFlag) && !(flags & duplicateFlag))
}

async function addressesWith(
  files: SystemFiles,
  adapter: Adapter,
  isWanted: (flags: number) => boolean,
): Promise<Set<string>> {
  const content = await files.read(list, () => {}, listLimit)
  const found = new Set<string>()
  for (const line of content?.bytes.toString('latin1').split('\n') ?? []) {
    const [digits = '', index = '', , , flags = ''] = line.trim().split(/\s+/)
    if (Number.parseInt(index, 16) !== adapter.index || !isWanted(Number.parseInt(flags, 16))) continue
    const address = canonicalAddress(digits.replace(/(.{4})(?!$)/g, '$1:'))
    if (address !== null) found.add(address)
  }
  return found
}
