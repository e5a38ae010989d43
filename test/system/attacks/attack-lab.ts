import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PluginDocument, PluginRow } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { WallName } from '../../../host/plugin-host/jail/wall.js'
import { skip } from '../../harness/skip.js'
import { asUser } from '../../host/plugin-host/jail/columns.js'
import { Daemon, Lab, root, until } from '../lab.js'
import { Bystander } from './bystander.js'

/** Whom the daemon runs as, and the walls that cannot stand therefore. */
export interface Who {
  name: string
  prefix: readonly string[]
  wallsMissing: readonly WallName[]
}

export const whos: readonly Who[] = [
  { name: 'root', prefix: [], wallsMissing: [] },
  { name: 'an ordinary user', prefix: asUser, wallsMissing: ['own-user', 'hidden-processes'] },
]

/** So much larger the daemon may become while it is attacked. It may queue 16 MiB for one plugin. */
const growthLimit = 128 * 1024 * 1024

/**
 * A daemon in its jail, on simulated links, with a plugin beside the attackers: it holds adapters, and is asked
 * about others all the time.
 */
export class AttackLab extends Lab {
  /** A folder in /tmp that is open to everybody. */
  readonly outside = mkdtempSync(join(tmpdir(), 'claimd-outside-'))
  daemon!: Daemon
  bystander!: Bystander
  #memory = 0

  private constructor(readonly who: Who) {
    super()
    chmodSync(this.outside, 0o777)
    // Programs that plugins start run as other users, from within it.
    chmodSync(this.folder, 0o755)
  }

  /**
   * Skips where it cannot be done.
   * @param prepare drops the plugins that are there from the start
   * @param options `links`: adapters for the attackers; `mounts`: a script that changes what the daemon sees mounted
   */
  static async start(
    who: Who,
    prepare: (lab: AttackLab) => void | Promise<void>,
    { links = [], mounts = () => ':' }: { links?: readonly string[]; mounts?: () => string } = {},
  ): Promise<AttackLab> {
    if (process.getuid?.() !== 0) skip('needs root, to make mounts and other users')
    const lab = new AttackLab(who)
    try {
      await prepare(lab)
      Bystander.drop(lab)
      await lab.#begin([...links, ...Bystander.links], mounts())
      const missing = (await lab.plugin('bystander')).wallsMissing
      if (who.wallsMissing.length > 0 && missing.includes('hidden-folders')) {
        skip('user namespaces are not allowed here')
      }
      assert.equal(new Set(missing), new Set(who.wallsMissing))
      return lab
    } catch (error) {
      await lab.close()
      throw error
    }
  }

  /** Starts the daemon, also once more after it has ended. */
  async #begin(links: readonly string[], mounts: string): Promise<void> {
    const simulation = this.simulation({ links: links.map((name) => ({ name })) })
    const own = ['--state', this.state, '--socket', this.socket, '--config', this.config, '--no-bundled']
    const claimd = join(root, 'dist/host/cli/claimd.js')
    const run = [process.execPath, claimd, 'run', ...own, '--plugins', this.plugins, ...simulation]
    const apart = [
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      '-ec',
      `${mounts}\nexec "$@"`,
      'sh',
    ]
    if (this.who.prefix.length > 0) execFileSync('chown', ['-R', '12345:12345', this.folder])
    const env = { PATH: process.env.PATH, HOME: this.folder }
    this.restart = async () => {
      this.daemon = new Daemon(spawn('unshare', [...apart, ...this.who.prefix, ...run], { env }), this)
      this.daemons.push(this.daemon)
      await this.daemon.answers()
      this.bystander = await Bystander.watch(this)
      this.#memory = this.memory()
    }
    await this.restart()
  }

  restart!: () => Promise<void>

  /** Puts a prepared folder among the plugins of the running daemon, at once and whole. */
  place(draft: string, name: string): void {
    if (this.who.prefix.length > 0) execFileSync('chown', ['-Rh', '12345:12345', draft])
    renameSync(draft, join(this.plugins, name))
  }

  /** Takes a plugin out of the folder. */
  remove(name: string): void {
    rmSync(join(this.plugins, name), { recursive: true })
  }

  /** What the daemon has in memory, in bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.daemon.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024
  }

  async plugin(name: string): Promise<PluginRow> {
    const { plugins } = (await this.http('GET', '/v1/plugins')).json as { plugins: PluginRow[] }
    const found = plugins.find((one) => one.name === name)
    assert.ok(found, `${name} is not there: ${plugins.map((one) => one.name)}`)
    return found!
  }

  async document(name: string): Promise<PluginDocument> {
    return (await this.http('GET', `/v1/plugins/${encodeURIComponent(name)}`)).json as PluginDocument
  }

  /** Waits until a plugin is in a state. */
  async becomes(name: string, state: string, ms = 90_000): Promise<PluginRow> {
    const row = async () => {
      const { plugins } = (await this.http('GET', '/v1/plugins')).json as { plugins: PluginRow[] }
      return plugins.find((one) => one.name === name)
    }
    return until(
      async () => {
        const now = await row()
        return now?.state === state ? now : null
      },
      async () => `${name} does not become ${state}: ${JSON.stringify(await row())}`,
      ms,
    )
  }

  offer(adapter: string) {
    return this.http('POST', `/v1/adapters/${adapter}/offer`)
  }

  /** Waits until a plugin has no process. */
  async isEnded(name: string): Promise<void> {
    await until(
      async () => (await this.plugin(name)).pid === null,
      async () => `${name} does not end: ${JSON.stringify(await this.plugin(name))}`,
    )
  }

  /** What a plugin has in its log; nothing before it has one. */
  async log(plugin: string): Promise<string> {
    const { status, json } = await this.http('GET', `/v1/plugins/${plugin}/log`)
    return status === 200 ? json.lines.join('\n') : ''
  }

  /**
   * The daemon is the same, answers, and has not grown beyond its bounds; the bystander's process is the same, it
   * holds what it held, and has answered every question in time, also now.
   */
  async unharmed(): Promise<void> {
    assert.is(this.daemon.process.exitCode, null, this.daemon.output)
    assert.is((await this.http('GET', '/v1/status')).json.pid, this.daemon.pid)
    await this.bystander.unharmed()
    const grown = Math.max(this.bystander.largest, this.memory()) - this.#memory
    assert.ok(grown < growthLimit, `the daemon has grown by ${Math.round(grown / 1024 / 1024)} MiB`)
  }

  override async close(): Promise<void> {
    await this.bystander?.stop()
    await super.close()
    rmSync(this.outside, { recursive: true, force: true })
  }
}
