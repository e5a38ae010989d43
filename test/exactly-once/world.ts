import { spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { save } from '../soak/plugins.js'
import { Lab } from '../system/lab.js'
import type { Run } from './plan.js'
import { provider } from './provider.js'

/** Of two plugins, one of which connects one at a time. The last one contends with the first for a link. */
export const connections = ['one0', 'one1', 'one2', 'serial3', 'serial4', 'one0-too'] as const
export const plugins = { one: 'one', serial: 'serial' } as const
export type Plugin = keyof typeof plugins

export const pluginOf = (connection: string): Plugin => (connection.startsWith('serial') ? 'serial' : 'one')
export const linkOf = (connection: number): string => `lab${connection % 5}`

/** A network namespace with links, and plugins that connect them. */
export class World {
  readonly lab = new Lab().withNamespace()

  constructor() {
    for (const plugin of Object.keys(plugins) as Plugin[]) {
      this.lab.drop(plugin, provider, {
        serial: plugin === 'serial',
        connectionTypes: [plugin],
        configuredOnly: true,
        permissions: { links: { change: ['up', 'address', 'any-route', 'mtu'] } },
      })
    }
    const configured = connections.map((name, number) => {
      const nets =
        number % 2 === 0 ? [`10.9.${number}.1/24`, `fd00:9:${number}::1/64`] : [`10.9.${number}.1/24`]
      const routes = [{ destination: `10.50.${number}.0/24`, gateway: `10.9.${number}.254`, metric: number }]
      const config = { link: linkOf(number), addresses: nets, routes }
      const reconnect = { algorithm: 'linear', delay: 0.1 + number / 10 }
      return [name, { type: pluginOf(name), config, reconnect }]
    })
    this.lab.configure({ connections: Object.fromEntries(configured) })
    for (const number of this.links) this.makeLink(number)
  }

  get links(): number[] {
    return [0, 1, 2, 3, 4]
  }

  /** The first two are up; all of them have a carrier when they are. Made anew, a link is the same but for its index. */
  makeLink(number: number): void {
    const name = `lab${number}`
    const address = (side: number) => `02:00:00:00:0${side}:0${number}`
    this.lab.batch(`link add ${name} address ${address(1)} type veth peer name p-${name} address ${address(2)}
      link set ${name} addrgenmode none
      link set p-${name} up`)
    // What IPv6 does at the far end when it gets a carrier would count as a change.
    this.lab.exec(`sysctl -qw net.ipv6.conf.p-${name}.disable_ipv6=1`)
    // It was up before, which leaves it a queue for good.
    this.lab.batch(`link set ${name} up${number < 2 ? '' : `\nlink set ${name} down`}`)
  }

  has(number: number): boolean {
    try {
      this.lab.ip(`link show lab${number}`)
      return true
    } catch {
      return false
    }
  }

  /** Links as they were: those that were deleted are made, and those that were set down are up. */
  mendLinks(): void {
    for (const number of this.links) {
      if (!this.has(number)) this.makeLink(number)
      this.lab.batch(`link set p-lab${number} up${number < 2 ? `\nlink set lab${number} up` : ''}`)
    }
  }

  /** What the provider does when it is called for these. */
  give(runs: readonly Run[]): void {
    for (const plugin of Object.keys(plugins) as Plugin[]) {
      const orders = runs.map(({ connection, orders }) => [connections[connection], orders])
      writeFileSync(this.#dataOf(plugin, 'orders'), JSON.stringify(Object.fromEntries(orders)))
    }
  }

  /** What the plugins wrote down, and {@link mark}. */
  calls(plugin: Plugin): string[] {
    return this.lab.calls(plugin)
  }

  /** Writes down what has happened to the processes. */
  mark(what: string): void {
    for (const plugin of Object.keys(plugins) as Plugin[])
      appendFileSync(this.#dataOf(plugin, 'calls'), `${what}\n`)
  }

  save(plugin: Plugin): void {
    save(this.lab, plugin)
  }

  /** All of the namespace that claimd could change; without numbers that are counted on for each link. */
  everything(): string {
    const { lab } = this
    const lists = ['-o addr', '-o link', 'route show table all', '-6 route show table all', 'rule', '-6 rule']
    const listed = lists.flatMap((list) =>
      lab
        .ip(list)
        .split('\n')
        .map((line) =>
          line
            .replace(/^\d+: /, '')
            .replace(/(valid|preferred)_lft \w+/g, '')
            .trim(),
        )
        .sort(),
    )
    return [...listed, this.#sysctls(), lab.exec('cat /etc/resolv.conf')].join('\n')
  }

  #sysctls(): string {
    const args = ['netns', 'exec', this.lab.namespace, 'grep', '-rs', '', '/proc/sys/net']
    // Those that may only be written it names on standard error.
    const { stdout } = spawnSync('ip', args, { encoding: 'utf8', maxBuffer: 1 << 24 })
    return stdout.split('\n').sort().join('\n')
  }

  #dataOf(plugin: Plugin, file: string): string {
    return join(this.lab.state, 'data', plugin, file)
  }
}
