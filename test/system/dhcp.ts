import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { skip } from '../harness.js'
import type { Lab } from './lab.js'

/** An ordinary user's PATH lacks the folders where Debian has these programs. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }

/**
 * DHCP for one link of a lab: a server at the far end, in a namespace of its own, and real clients. Their records
 * are in the system's folders, where claimd looks for them, under the link's name; no other link may be called so.
 */
export class Dhcp {
  readonly #lab: Lab
  readonly #link: string
  readonly #away: string
  readonly #processes: ChildProcess[] = []
  readonly #records: string[] = []

  constructor(lab: Lab, link: string) {
    this.#lab = lab
    this.#link = link
    this.#away = `${lab.namespace}-b`
  }

  /** Starts the server, which gives an address of 10.50.0.0/24. */
  serve(): void {
    need('dnsmasq')
    execFileSync('ip', ['netns', 'add', this.#away])
    this.#lab.ip(`link set p-${this.#link} netns ${this.#away}`)
    for (const args of [`addr add 10.50.0.1/24 dev p-${this.#link}`, `link set p-${this.#link} up`])
      execFileSync('ip', ['-n', this.#away, ...args.split(' ')])
    const server = [
      'dnsmasq',
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--port=0',
      '--bind-interfaces',
    ]
    server.push(
      '--dhcp-range=10.50.0.10,10.50.0.20,1h',
      `--dhcp-leasefile=${join(this.#lab.folder, 'given')}`,
    )
    this.#spawn(this.#away, [...server, '--pid-file', '--no-ping', '--user=root'])
  }

  /** Pulls the cable, or puts it back. */
  cable(plugged: boolean): void {
    const state = plugged ? 'up' : 'down'
    execFileSync('ip', ['-n', this.#away, 'link', 'set', `p-${this.#link}`, state])
  }

  dhclient(): void {
    need('dhclient')
    // The system's own script would change more than the link.
    const script = join(this.#lab.folder, 'dhclient-script')
    writeFileSync(
      script,
      `#!/bin/sh
PATH=${env.PATH}
case $reason in
BOUND | RENEW | REBIND | REBOOT)
  ip addr replace $new_ip_address/24 dev $interface valid_lft $new_dhcp_lease_time preferred_lft $new_dhcp_lease_time
esac
`,
      { mode: 0o755 },
    )
    const files = ['-lf', this.#recordOf(`/var/lib/dhcp/dhclient.${this.#link}.leases`), '-cf', '/dev/null']
    files.push('-pf', join(this.#lab.folder, 'dhclient.pid'), '-sf', script)
    this.#spawn(this.#lab.namespace, ['dhclient', '-4', '-d', ...files, this.#link])
  }

  dhcpcd(): void {
    need('dhcpcd')
    if (!existsSync('/var/lib/dhcpcd/duid')) this.#recordOf('/var/lib/dhcpcd/duid')
    this.#recordOf(`/var/lib/dhcpcd/${this.#link}.lease`)
    const options = ['--config', '/dev/null', '--script', '/bin/true', '--noarp']
    this.#spawn(this.#lab.namespace, ['dhcpcd', '-4', '-B', ...options, this.#link])
  }

  /** Writes what dhclient would have recorded for the link. */
  record(address: string, expires: Date): void {
    need('dhclient')
    const [date, time] = expires.toISOString().replaceAll('-', '/').split(/[T.]/)
    writeFileSync(
      this.#recordOf(`/var/lib/dhcp/dhclient.${this.#link}.leases`),
      `lease {\n  interface "${this.#link}";\n  fixed-address ${address};\n  expire 1 ${date} ${time};\n}\n`,
    )
  }

  async close(): Promise<void> {
    for (const process of this.#processes.reverse()) {
      if (process.exitCode !== null || process.signalCode !== null) continue
      const ended = new Promise((done) => process.on('close', done))
      process.kill('SIGTERM')
      await ended
    }
    for (const file of this.#records) rmSync(file, { force: true })
    try {
      execFileSync('ip', ['netns', 'del', this.#away], { stdio: 'pipe' })
    } catch {
      // It was never made.
    }
  }

  #recordOf(file: string): string {
    this.#records.push(file)
    return file
  }

  #spawn(namespace: string, command: string[]): void {
    this.#processes.push(spawn('ip', ['netns', 'exec', namespace, ...command], { env, stdio: 'ignore' }))
  }
}

function need(command: string): void {
  if (!env.PATH.split(':').some((folder) => existsSync(join(folder, command)))) skip(`needs ${command}`)
}
