import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Permissions } from '@claimd/sdk'
import type { Handlers } from '../../../../host/plugin-host/services/services.js'
import type { AnyNote } from '../support.js'
import { goodManifest, Lab } from '../support.js'

/** What a connection of the plugin's type may be configured with. */
const settings = { type: 'object', properties: { program: { type: 'string' } } }

/** An error as it arrived at the plugin. */
export interface Arrived {
  code?: string
  message: string
  found?: string | null
  expected?: string | null
  remedy?: string | null
  stack: string
}

/** A real plugin that does what a test tells it to, and the host that serves it. */
export class AskingLab {
  private constructor(readonly lab: Lab) {}

  /** @param handlers in place of the host's own; `permissions` are granted */
  static async start(
    handlers: Handlers,
    permissions: Permissions = {},
    { jailed = false } = {},
  ): Promise<AskingLab> {
    const lab = await Lab.make(['asks'], { offerMs: 60_000 }, ['plugins'], handlers, jailed)
    // The plugin's user has to get to its copy.
    await chmod(lab.root, 0o755)
    const provider = { id: 'main', match: [{}], connectionTypes: ['lab'], configuration: settings }
    const manifest = { ...goodManifest('asks'), contributes: { providers: [provider] }, permissions }
    await writeFile(join(lab.root, 'plugins', 'asks', 'package.json'), JSON.stringify(manifest))
    await lab.host.start()
    const { faults } = lab.row('asks')
    if (faults.length > 0) throw new Error(`a faulty manifest: ${JSON.stringify(faults)}`)
    lab.host.trust('asks', lab.row('asks').build!, 'the test')
    return new AskingLab(lab)
  }

  /** Runs a program in the plugin, with `context`, `things` (kept between programs) and `raw`. @returns what it returns */
  async run<Value = unknown>(program: string): Promise<Value> {
    const { value, error } = await this.#outcome<Value>(program)
    if (error) throw Object.assign(new Error(`in the plugin: ${error.message}`), error)
    return value as Value
  }

  /** The error that a program ends with. */
  async fails(program: string): Promise<Arrived> {
    const { error, value } = await this.#outcome(program)
    if (!error) throw new Error(`it did not fail: ${JSON.stringify(value)}`)
    return error
  }

  refusals(): AnyNote[] {
    return this.lab.notes.filter(({ type }) => type === 'permission-refused')
  }

  async end(): Promise<void> {
    await this.lab.end()
  }

  async #outcome<Value>(program: string): Promise<{ value?: Value; error?: Arrived }> {
    const answer = await this.lab.ask('asks', program)
    if (answer.result !== 'SUCCESS') throw new Error(`the plugin answered ${JSON.stringify(answer)}`)
    try {
      return JSON.parse(answer.evidence!)
    } catch {
      throw new Error(`the outcome is too long to be told: ${answer.evidence}`)
    }
  }
}
