import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Place } from './place.js'

/** Two network namespaces: one with the adapters, and one with the other ends of veth pairs, for nobody to watch. */
export class Network {
  readonly name = `claimd-bench-${randomBytes(4).toString('hex')}`
  /** Where the other ends of veth pairs are. */
  readonly peers = `${this.name}-peers`
  readonly #place: Place

  constructor(place: Place) {
    this.#place = place
    for (const name of [this.name, this.peers]) {
      execFileSync('ip', ['netns', 'add', name])
      place.undo(() => execFileSync('ip', ['netns', 'del', name]))
      // No link-local addresses: the detection of duplicates would change the links in its own time.
      const quiet = 'echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode; ip link set lo up'
      execFileSync('ip', ['netns', 'exec', name, 'sh', '-c', quiet])
    }
  }

  /** What has to stand before a command for it to run among the adapters. */
  get inside(): string[] {
    return ['ip', 'netns', 'exec', this.name]
  }

  /**
   * Runs `ip` commands, all by one process.
   * @returns when the kernel was done with them, by the monotonic clock
   */
  async batch(commands: readonly string[], namespace = this.name): Promise<bigint> {
    const ip = this.#place.spawn(['ip', '-n', namespace, '-batch', '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    let complaint = ''
    ip.stderr!.setEncoding('utf8').on('data', (text) => {
      complaint += text
    })
    ip.stdin!.end(commands.join('\n'))
    const ended = once(ip, 'exit').then(([code]) => ({ code, at: process.hrtime.bigint() }))
    await once(ip, 'close')
    const { code, at } = await ended
    if (code !== 0) throw new Error(`ip ended with ${code}: ${complaint}`)
    return at
  }

  /** An `ip` that runs each line as it comes. */
  feeder(): Writable {
    const ip = this.#place.spawn(['ip', '-n', this.name, '-batch', '-'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    return ip.stdin!
  }

  /** Veth pairs with the other ends elsewhere, and up: these have a carrier as soon as they are up. */
  async veths(names: readonly string[], state: 'up' | 'down'): Promise<void> {
    await this.batch(names.map((name) => `link add ${name} type veth peer name ${name} netns ${this.peers}`))
    await this.batch(
      names.map((name) => `link set ${name} up`),
      this.peers,
    )
    if (state === 'up') await this.batch(names.map((name) => `link set ${name} up`))
  }

  /** The cheapest links that there are. Up and with an address, or down and without. */
  async ifbs(names: readonly string[], state: 'up' | 'down'): Promise<bigint> {
    return this.batch(
      names.flatMap((name, number) => [
        `link add ${name} type ifb`,
        ...(state === 'up' ? [`link set ${name} up`, `addr add ${address(number)} dev ${name}`] : []),
      ]),
    )
  }
}

/** An address of a network of its own for each number up to 60,000. */
export function address(number: number): string {
  return `10.${Math.floor(number / 250)}.${number % 250}.1/24`
}

/** `prefix0`, `prefix1`, … */
export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${prefix}${number}`)
}
