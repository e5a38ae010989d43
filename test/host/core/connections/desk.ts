import type { ConnectDocument, ConnectionRow } from '@claimd/sdk'
import type { Link } from '../../../../host/core/adapters/link.js'
import type { DialSettings } from '../../../../host/core/connections/settings.js'
import { connectionDetail, connectionRows, findRequest } from '../../../../host/core/connections/views.js'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { type Dialling, link, type MemoryStore, notMine, Rig, type TestProvider } from '../rig.js'

/** A rig with one provider that dials, by which tests ask as an operator does. */
export class Desk {
  readonly rig: Rig
  private readonly dials: Dialling
  private readonly provider: Partial<TestProvider>

  constructor({
    dials = {},
    connections = { office: {} },
    links = [link('eth0')],
    provider = {},
    store,
    boot = 'boot-1',
  }: {
    dials?: Dialling
    connections?: Record<string, Partial<DialSettings> & { config?: Record<string, unknown> }>
    links?: Link[]
    provider?: Partial<TestProvider>
    store?: MemoryStore
    boot?: string
  } = {}) {
    this.dials = dials
    this.provider = provider
    const configured = Object.entries(connections).map(([name, { config = {}, ...one }]) => {
      return { name, type: 'wired', config, ...one }
    })
    this.rig = new Rig({ settings: { connections: configured }, place: { boot }, ...(store && { store }) })
    this.rig.start(links, [this.dialler()])
  }

  dialler(more: Partial<TestProvider> = {}): TestProvider {
    const offer = () => notMine()
    return {
      id: 'net/wired',
      connectionTypes: ['wired'],
      offer,
      dials: this.dials,
      ...this.provider,
      ...more,
    }
  }

  get core() {
    return this.rig.engine.connections.context
  }

  connect(
    connection = 'office',
    more: Partial<{
      mode: 'keep' | 'once'
      timeout: number
      takeOver: { reason: string }
      key: string
      caller: string
      isClient: boolean
    }> = {},
  ): Promise<ConnectDocument> {
    const {
      mode = 'keep',
      timeout = null,
      takeOver = null,
      key = null,
      caller = 'uid 0',
      isClient = false,
    } = more
    return this.ask({
      ...{ type: 'connect', connection, mode, timeout, takeOver, key, isClient },
      ...{ who: 'root', caller, openLimit: 100 },
    })
  }

  disconnect(connection = 'office', ifUnused = false) {
    return this.ask({ type: 'disconnect', connection, ifUnused, who: 'root' })
  }

  /** Asks, and lets virtual time settle. */
  ask<Request extends Parameters<Rig['engine']['ask']>[0]>(request: Request) {
    const reply = this.rig.engine.ask(request as never) as Promise<never>
    return this.rig.reply(reply)
  }

  row(name = 'office'): ConnectionRow {
    const row = connectionRows(this.core).find((one) => one.name === name)
    if (!row) throw new Error(`no connection ${name}`)
    return row
  }

  detail(name = 'office') {
    return connectionDetail(this.core, name)
  }

  request(id: number) {
    return findRequest(this.core, id)
  }

  /** `connect 5`, in the order in which they were carried out. */
  get acts(): string[] {
    return this.rig.acts.map(({ kind, parameters }) => `${kind} ${parameters.connection.name}`)
  }

  /** The states that were told of a connection. */
  states(name = 'office'): string[] {
    return this.rig.events.flatMap((event) =>
      event.type === 'connection-state' && event.connection === name ? [event.state] : [],
    )
  }

  /** What came of the requests that are completed: the code, or SUCCESS. */
  get completions(): string[] {
    return this.rig.events.flatMap((event) =>
      event.type === 'request-completed' ? [event.code ?? event.result] : [],
    )
  }

  run(ms: number): void {
    this.rig.clock.run(ms)
  }
}

/** What is asked for goes on until the test ends it. */
export function keepOpen(open: DialAct[]): (act: DialAct) => null {
  return (act) => {
    open.push(act)
    return null
  }
}

/** What a promise was rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    return (error as { document?: { code: string } }).document?.code ?? String(error)
  }
}
