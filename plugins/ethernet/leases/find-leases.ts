import type { Adapter } from '@claimd/sdk'
import type { SystemFiles } from '../system-files.js'
import { readDhclient } from './dhclient.js'
import { readDhcpcd } from './dhcpcd.js'
import type { Lease } from './lease.js'
import { readNetworkManager } from './network-manager.js'
import { readNetworkd } from './networkd.js'
import { records } from './records.js'

const networkdFolder = '/run/systemd/netif/leases'
const networkManagerFolder = '/run/NetworkManager/devices'

export interface FoundLeases {
  /** The records of leases for the link. */
  leases: Lease[]
  /** Files and folders that may not be read. */
  denied: string[]
}

/**
 * Finds what the usual DHCP clients have recorded for a link.
 * @param formerNames what the link was called before
 */
export async function findLeases(
  files: SystemFiles,
  adapter: Adapter,
  formerNames: readonly string[] = [],
): Promise<FoundLeases> {
  const denied: string[] = []
  const deny = (path: string) => void denied.push(path)
  const found = await Promise.all([
    ...records.dhclient.map((glob) => ofDhclient(files, glob, deny)),
    ...records.dhcpcd.map((glob) => ofDhcpcd(files, glob, deny)),
    ofNetworkd(files, adapter, deny),
    ofNetworkManager(files, adapter, deny),
  ])
  return { leases: found.flat().filter((lease) => isFor(lease, adapter, formerNames)), denied }
}

/** What the record says of its link must be true of this one. */
function isFor({ name, mac }: Lease, adapter: Adapter, formerNames: readonly string[]): boolean {
  const names = [adapter.name, ...adapter.alternativeNames, ...formerNames]
  const addresses = [adapter.address, adapter.permanentAddress]
  return (name === null || names.includes(name)) && (mac === null || addresses.includes(mac))
}

type Deny = (path: string) => void

async function ofDhclient(files: SystemFiles, glob: string, deny: Deny): Promise<Lease[]> {
  const paths = await files.list(glob, deny)
  const contents = await Promise.all(paths.map((path) => files.read(path, deny)))
  return contents.flatMap((content) =>
    content ? readDhclient(content.bytes.toString('latin1'), content.cut) : [],
  )
}

async function ofDhcpcd(files: SystemFiles, glob: string, deny: Deny): Promise<Lease[]> {
  const paths = await files.list(glob, deny)
  const found = await Promise.all(
    paths.map(async (path) => {
      const [content, written] = await Promise.all([files.read(path, deny), files.modified(path)])
      return content && readDhcpcd(content.bytes, written)
    }),
  )
  return found.filter((lease) => lease !== null)
}

async function ofNetworkd(files: SystemFiles, { index }: Adapter, deny: Deny): Promise<Lease[]> {
  const links = await files.list(records.networkd[0], deny)
  const path = `${networkdFolder}/${index}`
  if (!links.includes(path)) return []
  // It writes a draft beside the file even when the lease then turns out to be the same; but with several links
  // nobody can tell whose draft it was.
  const [content, written, drafted] = await Promise.all([
    files.read(path, deny),
    files.modified(path),
    links.filter((link) => /\/\d+$/.test(link)).length === 1 ? files.modified(networkdFolder) : 0,
  ])
  if (!content) return []
  return [readNetworkd(content.bytes.toString('latin1'), Math.max(written, drafted)) ?? []].flat()
}

async function ofNetworkManager(files: SystemFiles, { index }: Adapter, deny: Deny): Promise<Lease[]> {
  const content = await files.read(`${networkManagerFolder}/${index}`, deny)
  return [(content && readNetworkManager(content.bytes.toString('latin1'))) ?? []].flat()
}
