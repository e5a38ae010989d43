import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Network } from './network.js'
import type { Place } from './place.js'
import { collectOutput } from './processes.js'

const configuration = `[main]
plugins=keyfile
auth-polkit=false
dns=none
rc-manager=unmanaged
no-auto-default=*
[keyfile]
path=/run/connections
[connectivity]
enabled=false
[logging]
level=WARN
[device-all]
match-device=*
managed=1
`

/**
 * A NetworkManager in a network of its own, with a bus and a udev of its own (without udev it leaves every
 * device unmanaged). All of them live in one process namespace and end with its first process.
 */
export class NetworkManager {
  /** The environment in which `nmcli` finds it. */
  readonly env: NodeJS.ProcessEnv
  readonly #starter: number
  readonly #output: () => string

  private constructor(place: Place, network: Network, profiles: Readonly<Record<string, string>>) {
    const folder = join(place.folder, 'network-manager')
    const bus = join(folder, 'bus')
    mkdirSync(join(folder, 'profiles'), { recursive: true })
    for (const [name, text] of Object.entries(profiles))
      writeFileSync(join(folder, 'profiles', `${name}.nmconnection`), text, { mode: 0o600 })
    writeFileSync(join(folder, 'bus.conf'), busConfiguration(bus))
    writeFileSync(join(folder, 'nm.conf'), configuration)
    writeFileSync(join(folder, 'start.sh'), script)
    this.env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus}`, LC_ALL: 'C' }
    const alone = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
    const starter = place.spawn([...alone, ...network.inside, 'sh', join(folder, 'start.sh'), folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.env,
    })
    this.#starter = starter.pid!
    this.#output = collectOutput(starter)
  }

  /**
   * Starts it and waits until it knows that many devices.
   * @param profiles its own connections, as in keyfiles
   */
  static async start(
    place: Place,
    network: Network,
    devices: number,
    profiles: Readonly<Record<string, string>> = {},
  ): Promise<NetworkManager> {
    const manager = new NetworkManager(place, network, profiles)
    await manager.knows(devices)
    return manager
  }

  /** Waits until it knows that many devices and has no more work with them. */
  async knows(devices: number): Promise<void> {
    const end = performance.now() + 120_000
    while (this.states().length < devices) {
      if (performance.now() > end) throw new Error(`NetworkManager does not get on:\n${this.#output()}`)
      await delay(200)
    }
    for (let last: string | undefined, now = this.#cpuTicks(); now !== last; now = this.#cpuTicks()) {
      last = now
      await delay(500)
    }
  }

  /** The state of each device. */
  states(): string[] {
    try {
      const options = { encoding: 'utf8', stdio: 'pipe', env: this.env } as const
      const text = execFileSync('nmcli', ['-t', '-f', 'STATE', 'device'], options)
      return text.split('\n').filter((line) => line !== '')
    } catch {
      return []
    }
  }

  /** Waits until it has connected so many devices itself. */
  async connects(count: number): Promise<void> {
    const end = performance.now() + 60_000
    while (this.states().filter((state) => state === 'connected').length < count) {
      if (performance.now() > end) throw new Error(`NetworkManager connects nothing: ${this.states()}`)
      await delay(200)
    }
  }

  /** How many devices are connected by somebody else, as it says. */
  connected(): number {
    return this.states().filter((state) => state === 'connected (externally)').length
  }

  /** An `nmcli` in its process namespace: it shows its connections to nobody whose process it cannot see. */
  command(...args: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.pid), '--pid', '--mount', 'nmcli', ...args]
  }

  /** Its own process: the first one of the process namespace becomes it. */
  get pid(): number {
    return Number(readFileSync(`/proc/${this.#starter}/task/${this.#starter}/children`, 'latin1').trim())
  }

  #cpuTicks(): string | undefined {
    return readFileSync(`/proc/${this.pid}/stat`, 'latin1').split(' ')[13]
  }
}

const script = `set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/NetworkManager
mkdir /run/connections
find "$1/profiles" -type f -exec cp -p {} /run/connections ';'
dbus-daemon --config-file="$1/bus.conf" --nofork --nopidfile &
while [ ! -S "$1/bus" ]; do sleep 0.02; done
/lib/systemd/systemd-udevd &
while [ ! -S /run/udev/control ]; do sleep 0.02; done
udevadm trigger --subsystem-match=net --action=add
udevadm settle
exec NetworkManager --no-daemon --config="$1/nm.conf" --config-dir=/run/none --system-config-dir=/run/none
`

function busConfiguration(path: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
}
