import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pick } from '../random.js'
import { pluginNames } from './plugins.js'

/** So many links of each name are there at most, and half of them when nothing moves. */
const linksAName = 10
const bridges = 3
const commandsARound = 25

/** Changes the links of a network namespace, at random, without an end. */
export class Traffic {
  /** How many commands were given; about one in four does nothing, since the link is not there or is already so. */
  commands = 0
  #running: Promise<void> | null = null
  #stop = false

  constructor(
    private readonly namespace: string,
    private readonly pick: Pick,
  ) {}

  /** @param pauseMs between rounds of changes */
  start(pauseMs: number): void {
    this.#stop = false
    const run = async () => {
      while (!this.#stop) {
        await this.#ip(Array.from({ length: commandsARound }, () => this.#change()))
        await delay(pauseMs)
      }
    }
    this.#running = run()
  }

  async stop(): Promise<void> {
    this.#stop = true
    await this.#running
    this.#running = null
  }

  /** Brings all links to the same state as ever; the same number, that is, for they are new ones. */
  async reset(): Promise<void> {
    const numbers = Array.from({ length: linksAName }, (_, number) => number)
    const all = pluginNames.flatMap((name) => numbers.map((number) => `link delete ${name}${number}`))
    const strange = numbers.map((number) => `link delete other${number}`)
    const joins = Array.from({ length: bridges }, (_, number) => `link delete bridge${number}`)
    await this.#ip([...all, ...strange, ...joins])
    const some = numbers.slice(0, linksAName / 2)
    await this.#ip(
      [...pluginNames, 'other'].flatMap((name) => some.map((number) => added(`${name}${number}`, number))),
    )
  }

  #change(): string {
    const { pick } = this
    const link = this.#name()
    const address = `10.${pick(200)}.${pick(200)}.1/24`
    const bridge = `bridge${pick(bridges)}`
    const changes: (() => string)[] = [
      () => added(link, pick(250)),
      () => added(link, pick(250)),
      () => `link delete ${link}`,
      () => `link delete ${link}\n${added(link, pick(250))}`,
      () => `link set ${link} down`,
      () => `link set ${link} up`,
      () => `link set ${link} down\nlink set ${link} up`,
      () => `link set p-${link} down\nlink set p-${link} up`,
      () => `link set ${link} name ${this.#name()}`,
      () => swapped(link, this.#name()),
      () => `addr add ${address} dev ${link}`,
      () => `addr add ${address} dev ${link}\naddr del ${address} dev ${link}`,
      () => `addr flush dev ${link}`,
      () => `link add ${bridge} type bridge\nlink set ${bridge} up`,
      () => `link set ${link} master ${bridge}`,
      () => `link set ${link} nomaster`,
      () => (pick(4) === 0 ? `link delete ${bridge}` : `link set ${link} mtu ${1400 + pick(100)}`),
    ]
    return changes[pick(changes.length)]!()
  }

  #name(): string {
    const names = [...pluginNames, 'other']
    return `${names[this.pick(names.length)]}${this.pick(linksAName)}`
  }

  async #ip(commands: string[]): Promise<void> {
    const lines = commands.join('\n')
    this.commands += lines.split('\n').length
    const ip = spawn('ip', ['-n', this.namespace, '-force', '-batch', '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    ip.stdin.end(`${lines}\n`)
    // Some are refused, as is to be expected.
    await once(ip, 'close')
  }
}

function added(link: string, number: number): string {
  return [
    `link add ${link} type veth peer name p-${link}`,
    `link set ${link} addrgenmode none`,
    `link set p-${link} addrgenmode none up`,
    `link set ${link} up`,
    `addr add 10.250.${number}.1/24 dev ${link}`,
  ].join('\n')
}

function swapped(one: string, other: string): string {
  return `link set ${one} name swap\nlink set ${other} name ${one}\nlink set swap name ${other}`
}
