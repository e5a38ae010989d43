import {
  ClaimdError,
  type ConnectDocument,
  type ConnectionChangeDocument,
  type ConnectionConfiguration,
  type ConnectionDocument,
  type ConnectionExplainDocument,
  type ConnectionFilter,
  type ConnectionRequestDocument,
  type ConnectionsDocument,
  type ConnectOptions,
  connectionNameFault,
  connectionNameForm,
  type DisconnectAllDocument,
  type DisconnectDocument,
  type ErrorDocument,
  type HoldOptions,
  type TypeSpecificDocument,
} from '@claimd/sdk'
import type { ConnectionService, ConnectionUpdate, Who } from '../../control/index.js'
import { connectionTest } from '../../core/claims/connection-filter.js'
import { isCalled } from '../../core/claims/operator.js'
import { configurationOf } from '../../core/configuration/connection-settings.js'
import { hiddenByFile } from '../../core/connections/hidden.js'
import type { Asker, ConnectionsRequests as Requests } from '../../core/connections/protocol.js'
import {
  type ConnectionDetail,
  connectionDetail,
  connectionRows,
  findRequest,
} from '../../core/connections/views.js'
import { nearest } from '../../core/documents/nearest.js'
import { shown } from '../../core/documents/shown.js'
import { claimdError } from '../../core/errors.js'
import type { Store } from '../../core/kernel/store-port.js'
import type { Callers } from './callers.js'
import { ConnectionConfigs } from './connection-configs.js'
import { connectionEvents } from './connection-events.js'
import { durableConnections, durableState } from './engine-state.js'

type Sources = ConstructorParameters<typeof ConnectionConfigs>[0] & {
  store: Pick<Store, 'events' | 'oldestRevision'>
  callers: Callers
}

/** So many requests one caller may have open; root, who acts for others, more. */
const openLimit = 100
const openLimitOfRoot = 250

/** What can be seen and asked of connections. */
export class Connections implements ConnectionService {
  readonly #configs: ConnectionConfigs

  constructor(private readonly from: Sources) {
    this.#configs = new ConnectionConfigs(from)
  }

  list(filter: ConnectionFilter = {}): ConnectionsDocument {
    const { engine } = this.from
    const context = durableState(engine)
    const idOf = (name: string) => context.byConnection.get(name)?.id ?? null
    const fits = connectionTest(filter, (word) => isCalled(context, word), idOf)
    const core = durableConnections(engine)
    const added = [...core.stored.keys()].sort()
    const connections = connectionRows(core).filter(fits)
    return { revision: engine.revision, connections, added, hidden: hiddenByFile(core).sort() }
  }

  get(connection: string): ConnectionDocument {
    const { settings, ...detail } = this.#find(connection)
    const configuration = settings && {
      type: settings.type,
      config: this.#configs.masked(settings),
      ...configurationOf(settings),
    }
    const { engine } = this.from
    const hides = hiddenByFile(durableConnections(engine)).includes(connection)
    return { revision: engine.revision, ...detail, hides, configuration }
  }

  async explain(connection: string): Promise<ConnectionExplainDocument> {
    const { engine, store } = this.from
    const { state, because } = this.#find(connection)
    const { revision } = engine
    const events = await connectionEvents(store, connection, revision)
    return { revision, connection, state, because, events }
  }

  async typeSpecific(connection: string): Promise<TypeSpecificDocument> {
    this.#find(connection)
    return await this.from.engine.ask({ type: 'type-specific', connection })
  }

  async add(
    name: string,
    configuration: ConnectionConfiguration,
    who: Who,
  ): Promise<ConnectionChangeDocument> {
    checkName(name)
    const configs = this.#configs
    const settings = configs.settings(name, configuration, null)
    const described = this.#describe(who)
    return await configs.whileKept(settings, () =>
      this.#reply(who, { type: 'add-connection', settings, who: described }),
    )
  }

  async update(
    name: string,
    configuration: ConnectionConfiguration,
    { change, immediate }: ConnectionUpdate,
    who: Who,
  ): Promise<ConnectionChangeDocument> {
    const configs = this.#configs
    const settings = configs.settings(name, configuration, this.#find(name).settings)
    const described = this.#describe(who)
    return await configs.whileKept(settings, () =>
      this.#reply(who, { type: 'edit-connection', settings, change, immediate, who: described }),
    )
  }

  async delete(connection: string, who: Who): Promise<ConnectionChangeDocument> {
    return await this.#reply(who, { type: 'delete-connection', connection, who: this.#describe(who) })
  }

  async connect(connection: string, options: ConnectOptions, who: Who): Promise<ConnectDocument> {
    return await this.#connect(connection, options, false, who)
  }

  async hold(connection: string, options: HoldOptions, who: Who): Promise<ConnectDocument> {
    return await this.#connect(connection, options, true, who)
  }

  endOwner(owner: string, who: Who): void {
    const because = 'its client is gone'
    // Where it cannot be stored, or claimd is being stopped, its holds are over all the same.
    this.from.engine.ask({ type: 'end-owner', owner, who: this.#describe(who), because }).catch(() => {})
  }

  async #connect(
    connection: string,
    { mode = 'keep', timeout, takeOver, key }: ConnectOptions,
    isClient: boolean,
    who: Who,
  ): Promise<ConnectDocument> {
    return await this.#reply(who, {
      type: 'connect',
      connection,
      mode,
      timeout: timeout === undefined ? null : Math.round(timeout * 1000),
      takeOver: takeOver ?? null,
      key: key ?? null,
      isClient,
      ...this.#asker(who),
    })
  }

  async disconnect(
    connection: string,
    who: Who,
    { ifUnused = false }: { ifUnused?: boolean } = {},
  ): Promise<DisconnectDocument> {
    return await this.#reply(who, { type: 'disconnect', connection, ifUnused, who: this.#describe(who) })
  }

  async disconnectAll(who: Who): Promise<DisconnectAllDocument> {
    const { engine, callers } = this.from
    const all = await engine.ask({ type: 'disconnect-all', who: callers.describe(who) })
    return { ...all, refused: all.refused.map((refusal) => callers.refusalFor(who, refusal)) }
  }

  request(id: number): ConnectionRequestDocument {
    const { engine } = this.from
    durableState(engine)
    const request = findRequest(durableConnections(engine), id)
    if (request) return { revision: engine.revision, ...request }
    throw claimdError('REQUEST_NOT_FOUND', {
      message: `there is no request ${id}, or it was completed long ago`,
      found: String(id),
      expected: 'the number of a request that is open, or was completed lately',
      remedy: 'see: claimd connections',
    })
  }

  async cancelRequest(id: number, who: Who): Promise<ConnectionRequestDocument> {
    this.request(id)
    await this.#reply(who, { type: 'cancel-request', id, who: this.#describe(who) })
    return this.request(id)
  }

  #find(connection: string): ConnectionDetail {
    const { engine } = this.from
    durableState(engine)
    const detail = connectionDetail(durableConnections(engine), connection)
    if (detail) return detail
    const meant = this.#nearest(connection)
    throw claimdError('CONNECTION_NOT_FOUND', {
      message: `there is no connection ${connection}`,
      found: connection,
      expected: 'the name of a connection',
      remedy: meant === null ? 'see: claimd connections' : `did you mean ${meant}?`,
    })
  }

  /** A connection with a name that is much like it. */
  #nearest(connection: string): string | null {
    const names = connectionRows(durableConnections(this.from.engine)).map(({ name }) => name)
    return nearest(connection, names)
  }

  #reply<Type extends keyof Requests & string>(
    who: Who,
    asked: { type: Type } & Requests[Type]['ask'],
  ): Promise<Requests[Type]['reply']> {
    const replied = this.from.callers.reply(who, this.from.engine.ask(asked))
    if (!('connection' in asked)) return replied
    const { connection } = asked
    return replied.catch((error) => {
      // Of the name of an adapter more is known than what it is like.
      const isUnknown = error instanceof ClaimdError && error.code === 'CONNECTION_NOT_FOUND'
      const meant =
        isUnknown && (error.document as ErrorDocument).found === connection ? this.#nearest(connection) : null
      throw meant === null ? error : new ClaimdError({ ...error.document, remedy: `did you mean ${meant}?` })
    })
  }

  #describe(who: Who): string {
    return this.from.callers.describe(who)
  }

  #asker(who: Who): Asker {
    const limit = who.uid === 0 ? openLimitOfRoot : openLimit
    return { who: this.#describe(who), caller: `uid ${who.uid}`, openLimit: limit }
  }
}

/** @throws CONNECTION_NAME_MALFORMED */
function checkName(name: string): void {
  const fault = connectionNameFault(name)
  if (fault === null) return
  throw claimdError('CONNECTION_NAME_MALFORMED', {
    message: `no connection can be named ${shown(name)}`,
    parameter: 'name',
    found: `a name that ${fault}`,
    expected: connectionNameForm,
    remedy: 'choose another name',
  })
}
