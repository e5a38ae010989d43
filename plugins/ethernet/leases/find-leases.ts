import type { Adapter } from '@claimd/sdk'
import type { SystemFiles } from '../system-files.js'
import { readDhclient } from './dhclient.js'
import { readDhcpcd } from './dhcpcd.js'
import type { Lease } from './lease.js'
import { readNetworkManager } from './network-manager.js'
import { readNetworkd } from './networkd.js'

const dhclientFolders = ['/var/lib/dhcp', '/var/lib/dhclient', '/var/lib/NetworkManager']
const dhclientFile = /^dhclient.*\.leases?$/
const dhcpcdFolders = ['/var/lib/dhcpcd', '/var/db/dhcpcd']
const dhcpcdFile = /\.lease$/
const networkdFolder = '/run/systemd/netif/leases'
const networkdFile = /^\d+$/
const networkManagerFolder = '/run/NetworkManager/devices'

export interface FoundLeases {
  /** The records of leases for the link. */
  leases: Lease[]
  /** Files and folders that may not be read. */
  denied: string[]
}

/** Finds what the usual DHCP clients have recorded for a link. */
export async function findLeases(files: SystemFiles, adapter: Adapter): Promise<FoundLeases> {
  const denied: string[] = []
  const deny = (path: string) => void denied.push(path)
  const found = await Promise.all([
    ...dhclientFolders.map((folder) => ofDhclient(files, folder, deny)),
    ...dhcpcdFolders.map((folder) => ofDhcpcd(files, folder, deny)),
    ofNetworkd(files, adapter, deny),
    ofNetworkManager(files, adapter, deny),
  ])
  return { leases: found.flat().filter((lease) => isFor(lease, adapter)), denied }
}

/** What the record says of its link must be true of this one. */
function isFor({ name, mac }: Lease, adapter: Adapter): boolean {
  const names = [adapter.name, ...adapter.alternativeNames]
  return (name === null || names.includes(name)) && (mac === null || mac === adapter.address)
}

type Deny = (path: string) => void

async function ofDhclient(files: SystemFiles, folder: string, deny: Deny): Promise<Lease[]> {
  const names = await files.names(folder, dhclientFile, deny)
  const contents = await Promise.all(names.map((name) => files.read(`${folder}/${name}`, deny)))
  return contents.flatMap((content) =>
    content ? readDhclient(content.bytes.toString('latin1'), content.cut) : [],
  )
}

async function ofDhcpcd(files: SystemFiles, folder: string, deny: Deny): Promise<Lease[]> {
  const names = await files.names(folder, dhcpcdFile, deny)
  const contents = await Promise.all(names.map((name) => files.read(`${folder}/${name}`, deny)))
  return contents.flatMap((content) => (content && readDhcpcd(content.bytes, content.modified)) ?? [])
}

async function ofNetworkd(files: SystemFiles, { index }: Adapter, deny: Deny): Promise<Lease[]> {
  const content = await files.read(`${networkdFolder}/${index}`, deny)
  if (!content) return []
  // It writes a draft beside the file even when the lease then turns out to be the same; but with several links
  // nobody can tell whose draft it was.
  const links = await files.names(networkdFolder, networkdFile, deny)
  const drafted = links.length === 1 ? await files.modified(networkdFolder) : 0
  const written = Math.max(content.modified, drafted)
  return [readNetworkd(content.bytes.toString('latin1'), written) ?? []].flat()
}

async function ofNetworkManager(files: SystemFiles, { index }: Adapter, deny: Deny): Promise<Lease[]> {
  const content = await files.read(`${networkManagerFolder}/${index}`, deny)
  return [(content && readNetworkManager(content.bytes.toString('latin1'))) ?? []].flat()
}
