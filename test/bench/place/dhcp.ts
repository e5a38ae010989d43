import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Network } from './network.js'
import type { Place } from './place.js'

/** It does what the system's own script does to the link, and nothing else. */
const script = `#!/bin/sh
PATH=/usr/sbin:/sbin:/usr/bin:/bin
case $reason in
BOUND | RENEW | REBIND | REBOOT)
  ip addr replace $new_ip_address/24 dev $interface valid_lft $new_dhcp_lease_time preferred_lft $new_dhcp_lease_time
esac
`

/** Links whose addresses come by DHCP: servers at the far ends, one in a network of its own each. */
export class Dhcp {
  readonly links: readonly string[]
  readonly #place: Place
  readonly #network: Network

  private constructor(place: Place, network: Network, links: readonly string[]) {
    this.#place = place
    this.#network = network
    this.links = links
  }

  static async serve(place: Place, network: Network, count: number): Promise<Dhcp> {
    // Clients keep records by the names of links, in folders that all networks share.
    const run = randomBytes(3).toString('hex')
    const links = Array.from({ length: count }, (_, number) => `d${number}${run}`)
    await network.veths(links, 'up')
    const ranges = links.map((_, number) => `--dhcp-range=10.5${number}.0.10,10.5${number}.0.20,1h`)
    await network.batch(
      links.map((link, number) => `addr add 10.5${number}.0.1/24 dev ${link}`),
      network.peers,
    )
    const files = [`--dhcp-leasefile=${join(place.folder, 'given')}`, '--conf-file=/dev/null', '--pid-file']
    const server = ['dnsmasq', '--keep-in-foreground', '--port=0', '--bind-interfaces', '--no-ping']
    const all = [...server, '--user=root', ...files, ...ranges]
    place.spawn(['ip', 'netns', 'exec', network.peers, ...all], { stdio: 'ignore' })
    return new Dhcp(place, network, links)
  }

  /** Starts a client for each link. */
  clients(): void {
    const file = join(this.#place.folder, 'dhclient-script')
    writeFileSync(file, script, { mode: 0o755 })
    for (const link of this.links) {
      const record = `/var/lib/dhcp/dhclient.${link}.leases`
      this.#place.undo(() => rmSync(record, { force: true }))
      const files = ['-lf', record, '-cf', '/dev/null', '-pf', join(this.#place.folder, link), '-sf', file]
      this.#place.spawn([...this.#network.inside, 'dhclient', '-4', '-d', ...files, link], {
        stdio: 'ignore',
      })
    }
  }

  /** With these NetworkManager gets the addresses. */
  get profiles(): Record<string, string> {
    const profile = (link: string) =>
      `[connection]\nid=${link}\ntype=ethernet\ninterface-name=${link}\n[ipv4]\nmethod=auto\n[ipv6]\nmethod=disabled\n`
    return Object.fromEntries(this.links.map((link) => [link, profile(link)]))
  }
}
