import type { ConfiguredConnection, PluginContext } from '@claimd/sdk'
import { type FaultyConnection, readConnection, type ScriptConnection } from '../configuration/connection.js'
import { Script } from './script.js'

/** The scripts that are configured now; one that stays as it was configured keeps what is known of it. */
export class Scripts {
  readonly #context: PluginContext
  #configured: ReturnType<PluginContext['connections']['configured']> | null = null
  #scripts = new Map<string, { config: string; script: Script }>()
  #faulty: FaultyConnection[] = []

  constructor(context: PluginContext) {
    this.#context = context
  }

  /** By name, in code-unit order. */
  get all(): Script[] {
    this.#update()
    return [...this.#scripts.values()].map(({ script }) => script)
  }

  get faulty(): readonly FaultyConnection[] {
    this.#update()
    return this.#faulty
  }

  /**
   * The script of a connection that is to be connected, as it was configured for that: a connection that was changed
   * since may be up with what was configured before.
   */
  of(connection: ConfiguredConnection): Script | FaultyConnection {
    this.#update()
    const known = this.#scripts.get(connection.name)
    if (known?.config === JSON.stringify(connection.config)) return known.script
    const read = readConnection(connection)
    return 'faults' in read ? read : this.#make(read)
  }

  named(name: string): Script | FaultyConnection | undefined {
    this.#update()
    return this.#scripts.get(name)?.script ?? this.#faulty.find((faulty) => faulty.name === name)
  }

  /** The host gives another list when the configuration changes. */
  #update(): void {
    const configured = this.#context.connections.configured()
    if (configured === this.#configured) return
    this.#configured = configured
    const before = this.#scripts
    this.#scripts = new Map()
    this.#faulty = []
    for (const one of [...configured].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const { name } = one
      const config = JSON.stringify(one.config)
      const known = before.get(name)
      const connection = readConnection(one)
      if ('faults' in connection) {
        this.#faulty.push(connection)
        for (const fault of connection.faults) this.#context.log(`connection ${name}: ${fault}`)
      } else if (known?.config === config) this.#scripts.set(name, known)
      else this.#scripts.set(name, { config, script: this.#make(connection) })
    }
  }

  #make(connection: ScriptConnection): Script {
    const log = (line: string) => this.#context.log(`connection ${connection.name}: ${line}`)
    return new Script(connection, this.#context.exec, log)
  }
}
