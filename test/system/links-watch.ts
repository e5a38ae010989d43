import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import * as assert from 'uvu/assert'
import type { Link, LinkEvent } from '../../host/core/adapters/link.js'
import type { Place } from '../../host/core/adapters/place.js'
import { Heard } from './links-heard.js'

const child = fileURLToPath(new URL('./links-child.js', import.meta.url))

/** A network namespace of the test's own. */
export class Namespace {
  static #made = 0
  readonly name = `claimd-links-${process.pid}-${++Namespace.#made}`

  constructor() {
    execFileSync('ip', ['netns', 'add', this.name])
    process.on('exit', this.remove)
  }

  /** Runs `ip` commands in it, one a line, all by one process. */
  ip(commands: string): void {
    execFileSync('ip', ['-n', this.name, '-batch', '-'], {
      input: commands,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
  }

  /**
   * Goes on running commands beside whatever else the test does.
   * @returns what ends it, after a whole round
   */
  keepChanging(round: (number: number) => string): () => Promise<void> {
    const process = spawn('ip', ['-n', this.name, '-batch', '-'], { stdio: ['pipe', 'ignore', 'inherit'] })
    const closed = once(process, 'close')
    let stopped = false
    const feed = async () => {
      for (let number = 0; !stopped; number++) {
        if (!process.stdin.write(`${round(number)}\n`)) await once(process.stdin, 'drain')
        else await new Promise((resolve) => setTimeout(resolve, 1))
      }
      process.stdin.end()
    }
    const fed = feed()
    return async () => {
      stopped = true
      await fed
      const [code] = await closed
      if (code !== 0) throw new Error(`ip ended with ${code}`)
    }
  }

  /** The same, going on after a command that fails. */
  tryIp(commands: string): void {
    try {
      execFileSync('ip', ['-n', this.name, '-force', '-batch', '-'], {
        input: commands,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
    } catch {
      // Some were refused, as was to be expected.
    }
  }

  /** Removes all links but the loopback. */
  clear(): void {
    const links: { ifname: string }[] = JSON.parse(this.exec('ip', '-j', 'link'))
    // In a group, since the kernel takes as long for one as for all.
    const group = links
      .filter(({ ifname }) => ifname !== 'lo')
      .map(({ ifname }) => `link set ${ifname} group 9`)
    this.tryIp([...group, 'link delete group 9'].join('\n'))
  }

  exec(...command: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.name, ...command], { encoding: 'utf8' })
  }

  readonly remove = (): void => {
    process.off('exit', this.remove)
    execFileSync('ip', ['netns', 'delete', this.name])
  }
}

interface Said {
  events?: LinkEvent[]
  caughtUp?: true
  fresh?: LinkEvent[]
  started?: Place
  status?: { resyncs: number; malformed: number; buffer: number; because: string | null }
  descriptors?: number
  blocking?: boolean
  closed?: boolean
  others?: boolean
  exitHooks?: number
}

/** A process that watches the links of a namespace, and what it has said. */
export class Watch {
  readonly said: Said[] = []
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string }>
  readonly #process: ChildProcess
  readonly #heard = new Heard()
  #wake: () => void = () => {}

  private constructor(command: string[]) {
    const [program = '', ...rest] = command
    this.#process = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
    let stderr = ''
    this.#process.stderr!.on('data', (data) => {
      stderr += data
    })
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      const said: Said = JSON.parse(line)
      this.said.push(said)
      if (said.events) this.#heard.take(said.events)
      this.#wake()
    })
    this.ended = once(this.#process, 'close').then(([code, signal]) => {
      this.#wake()
      return { code, signal, stderr }
    })
    process.on('exit', this.kill)
  }

  /**
   * @param as command in front of node, such as setpriv
   * @param more further arguments of the process
   */
  static async start(
    namespace: Namespace,
    size: number | '' = '',
    as: string[] = [],
    more: string[] = [],
  ): Promise<Watch> {
    const node = [process.execPath, child, String(size), ...more]
    const watch = new Watch(['ip', 'netns', 'exec', namespace.name, ...as, ...node])
    await watch.until(() => watch.said.some((said) => said.started))
    return watch
  }

  send(command: string): void {
    this.#process.stdin!.write(`${command}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Sends a command and waits for the answer that has the field. */
  async ask<Field extends keyof Said>(command: string, field: Field): Promise<NonNullable<Said[Field]>> {
    const from = this.said.length
    this.send(command)
    await this.until(() => this.said.slice(from).some((said) => said[field] !== undefined))
    return this.said.slice(from).find((said) => said[field] !== undefined)![field]!
  }

  get deliveries(): LinkEvent[][] {
    return this.said.flatMap((said) => (said.events ? [said.events] : []))
  }

  get events(): LinkEvent[] {
    return this.deliveries.flat()
  }

  /** All rows that a link with this name ever had. */
  rows(name: string): Link[] {
    return this.events.flatMap((event) =>
      event.type === 'link' && event.link.name === name ? [event.link] : [],
    )
  }

  /** The links as somebody knows them who has heard all events. */
  get links(): Link[] {
    return this.#heard.links
  }

  /** @throws when there is none */
  link(name: string): Link {
    const link = this.links.find((one) => one.name === name)
    if (link === undefined)
      throw new Error(`no link ${name} in ${this.links.map((one) => one.name).join(' ')}`)
    return link
  }

  /** Waits until something holds; the test's time limit ends it otherwise. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#process.exitCode !== null) {
        const { code, stderr } = await this.ended
        if (holds()) return
        throw new Error(`the watching process ended with ${code}: ${stderr}`)
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /**
   * Waits until the links as they were told equal what somebody new sees, and throws when they do not come to.
   * The kernel takes its time with carriers and duplicate addresses: only what has come to rest is the same.
   * @param view what to compare; default everything
   */
  async comesToRest(view: (link: Link) => object = (link) => link): Promise<void> {
    const end = performance.now() + 15_000
    for (;;) {
      const [snapshot] = await this.ask('fresh', 'fresh')
      if (snapshot?.type !== 'snapshot') throw new Error('no snapshot')
      const [told, seen] = [this.links.map(view), snapshot.links.map(view)]
      if (isDeepStrictEqual(told, seen)) break
      if (performance.now() > end) {
        const differ = (one: object, i: number) => !isDeepStrictEqual(one, seen[i])
        assert.equal(
          told.filter(differ),
          seen.filter((one, i) => !isDeepStrictEqual(one, told[i])),
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.equal(this.#heard.faults, [])
  }

  /** Does something while the watching process cannot read. */
  async whileBlocked(action: () => void | Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'claimd-links-'))
    const release = join(folder, 'release')
    try {
      await this.ask(`block ${release}`, 'blocking')
      await action()
    } finally {
      writeFileSync(release, '')
      await this.ask('status', 'status')
      rmSync(folder, { recursive: true })
    }
  }

  /** Waits until a link is there and satisfies. */
  async untilLink(name: string, holds: (link: Link) => boolean = () => true): Promise<Link> {
    await this.until(() => this.links.some((link) => link.name === name && holds(link)))
    return this.link(name)
  }

  readonly kill = (): void => {
    process.off('exit', this.kill)
    this.#process.kill('SIGKILL')
  }
}
