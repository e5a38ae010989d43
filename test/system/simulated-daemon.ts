import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AdapterRow, EventDocument } from '@claimd/sdk'
import type { Daemon } from '../../host/app/daemon.js'
import { startDaemon } from '../../host/main.js'

export const root = { uid: 0, gid: 0, pid: 1 }

/** An event with whatever it carries. */
export type Told = EventDocument & Record<string, unknown>

/** A whole daemon in the test's own process, on simulated links, with plugins that the test writes. */
export class SimulatedDaemon {
  readonly events: Told[] = []
  #daemon: Daemon | null = null

  private constructor(readonly folder: string) {}

  /** @param links names; each is up and has an address */
  static async make(links: readonly string[]): Promise<SimulatedDaemon> {
    const daemon = new SimulatedDaemon(await mkdtemp(join(tmpdir(), 'claimd-simulated-')))
    await mkdir(join(daemon.folder, 'plugins'))
    const fields = links.map((name, index) => ({
      name,
      kind: 'veth',
      addresses: [`10.0.${index >> 8}.${index & 255}/16`],
    }))
    await writeFile(join(daemon.folder, 'links.json'), JSON.stringify({ links: fields }))
    return daemon
  }

  get services() {
    return this.#daemon!.services
  }

  async start(): Promise<void> {
    this.#daemon = await startDaemon({
      config: join(this.folder, 'config.json'),
      configRequired: false,
      plugins: [join(this.folder, 'plugins')],
      bundled: false,
      state: join(this.folder, 'state'),
      socket: join(this.folder, 'socket'),
      simulate: join(this.folder, 'links.json'),
    })
    await this.#daemon.settled
    this.services.events.onEvents((batch) => this.events.push(...(batch as Told[])))
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop()
    this.#daemon = null
  }

  async end(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  file(plugin: string, name = 'index.js'): string {
    return join(this.folder, 'plugins', plugin, name)
  }

  /** Writes a plugin with one provider of its own name. */
  async write(plugin: string, code: string, contribution = {}, manifest = {}): Promise<void> {
    await mkdir(join(this.folder, 'plugins', plugin), { recursive: true })
    await writeFile(this.file(plugin), code)
    const provider = { id: plugin, band: 'likely', match: [{}], ...contribution }
    const whole = {
      name: plugin,
      version: '1.0.0',
      type: 'module',
      main: './index.js',
      engines: { claimd: '^1.0.0' },
      contributes: { providers: [provider] },
      ...manifest,
    }
    await writeFile(this.file(plugin, 'package.json'), JSON.stringify(whole))
  }

  row(adapter: string): AdapterRow {
    return this.services.adapters.list({}).adapters.find(({ name }) => name === adapter)!
  }

  plugin(name: string) {
    return this.services.plugins.list().plugins.find((row) => row.name === name)!
  }

  told(type: string): Told[] {
    return this.events.filter((event) => event.type === type)
  }

  /** Waits for a condition; a test's own limit ends the waiting. */
  async until<Value>(condition: () => Value): Promise<NonNullable<Value>> {
    for (;;) {
      const value = condition()
      if (value) return value
      await delay(5)
    }
  }
}

/** The code of a plugin whose provider has these methods. */
export function provider(plugin: string, methods: string, before = ''): string {
  return `${before}
export function activate(context) {
  context.providers.register('${plugin}', { ${methods} })
}
`
}

/** A method that claims everything. */
export const claimsAll = (evidence: string) =>
  `claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: adapter.name, volatile: true, evidence: '${evidence}' })`
