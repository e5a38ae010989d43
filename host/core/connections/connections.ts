import { ClaimdError, type EventDetails } from '@claimd/sdk'
import type { Claims } from '../claims/claims.js'
import type { Settings } from '../claims/context.js'
import type { ClaimsFact } from '../claims/facts.js'
import type { Machine, RequestEvent } from '../kernel/machine.js'
import type { Row } from '../kernel/rows.js'
import type { StoreFault } from '../kernel/store-port.js'
import type { Turn } from '../kernel/turn.js'
import { cancelRequest, endOwner, timeOut } from './cancelling.js'
import { forgetUnused, mergedSettings, takeFile, takeSettings, tellPlugins } from './configured.js'
import { ConnectionsContext } from './context.js'
import { decideOn } from './decide.js'
import { addConnection, deleteConnection, editConnection } from './edits.js'
import { undoAgain, undone } from './ending.js'
import { takeFact } from './facts.js'
import { tellHidden } from './hidden.js'
import { adoptLink, makeLinks } from './made-links.js'
import { connect, disconnect, disconnectAll } from './operator.js'
import type { ClaimsEvent, ClaimsRequests, ConnectionsEvent, ConnectionsRequests } from './protocol.js'
import { takeProviderEvent } from './provider-events.js'
import type { ConnectionRecord } from './records.js'
import { restore, restoreConfigurations } from './restore.js'
import { refuseWhileStopping, replyWhenQuiet, windDown } from './stopping.js'
import { askTypeSpecific } from './type-specific.js'
import { stateOf } from './views.js'

/** What the core takes, and what its machines tell. */
export interface CoreProtocol {
  event: ClaimsEvent | ConnectionsEvent
  requests: Omit<ClaimsRequests, 'disconnect' | 'disconnect-all'> & ConnectionsRequests
  fact: ClaimsFact
  told: EventDetails
}

type ConnectionsRequest = RequestEvent<ConnectionsRequests>

/**
 * The connections machine: who wants which connection up, and what is done about it. It stands on the claims machine, which
 * says which adapter is held by whom; it reserves adapters there, and lets them go.
 *
 * Events only change what is known; what is to be done is decided for each connection at the end of the event, from all that is
 * known then, see `decideOn`.
 */
export class Connections implements Machine<CoreProtocol> {
  readonly context: ConnectionsContext
  private rows: readonly Row[] | null

  /** @param rows as they were stored */
  constructor(claims: Claims, rows: readonly Row[], settings: Settings) {
    this.context = new ConnectionsContext(claims, settings)
    this.rows = rows
    restoreConfigurations(this.context, rows)
    takeFile(this.context, settings)
  }

  /** What is configured in the file and through the API. */
  get settings(): Settings {
    return mergedSettings(this.context)
  }

  handle(
    event: CoreProtocol['event'] | RequestEvent<CoreProtocol['requests']>,
    turn: Turn<ClaimsFact>,
  ): void {
    this.work(turn, () => this.take(event as ConnectionsEvent | ConnectionsRequest))
  }

  observe(fact: ClaimsFact, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => this.takeFact(fact))
  }

  wake(key: string, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => {
      const [what, name] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)]
      if (what === 'request') timeOut(this.context, Number(name))
      const record = this.context.records.get(name)
      if (record) this.context.touch(record)
    })
  }

  storeFailed({ because }: StoreFault, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => {
      this.context.degraded = because
      this.context.touchAll()
    })
  }

  storeRecovered(_lost: number, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => {
      this.context.degraded = null
      undoAgain(this.context)
      this.context.touchAll()
    })
  }

  get busy(): boolean {
    for (const { attempt, edit } of this.context.records.values()) {
      if (edit !== null || attempt?.phase === 'connecting' || attempt?.phase === 'disconnecting') return true
      if (attempt !== null && attempt.question !== null) return true
    }
    return false
  }

  private work(turn: Turn<ClaimsFact>, task: () => void): void {
    const { context } = this
    context.turn = turn
    task()
    // Before the first links and plugins are known nothing can be decided.
    if (this.rows === null && context.adapters.ready) this.decide()
    replyWhenQuiet(context)
  }

  private decide(): void {
    const { context } = this
    for (let record = context.nextToDecide(); record; record = context.nextToDecide()) {
      // Another one may have its name by now.
      if (context.records.get(record.name) !== record) continue
      decideOn(context, record)
      this.tell(record)
      // They are in the state that it is in.
      for (const sharer of record.sharers) context.touch(context.records.get(sharer)!)
      forgetUnused(context, record)
    }
  }

  private tell(record: ConnectionRecord): void {
    const { context } = this
    const now = stateOf(context, record)
    // What somebody else brought up is told by the claims machine.
    if (now === null || now.state === record.told) return
    const { state, because } = now
    const from = record.told
    const provider = record.attempt?.provider ?? null
    const cause = record.attempt === null ? (record.failure?.cause ?? null) : null
    // What led to it may not be stored: then the state is another one again, and that is told instead.
    const undo = () => {
      record.told = from
      context.touch(record)
      return true
    }
    context.decide(undo, () => {
      record.told = state
      context.emit('connection-state', record, {
        ...{ connection: record.name, provider, state, from, because, cause },
      })
    })
  }

  private take(event: ConnectionsEvent | ConnectionsRequest): void {
    const { context } = this
    switch (event.type) {
      case 'settings':
        takeSettings(context, event.settings)
        break
      case 'report':
      case 'connection-answer':
      case 'act-ended':
      case 'progress':
        takeProviderEvent(context, event)
        break
      case 'undone': {
        const record = context.withFence(event.fence)
        if (record) undone(context, record, record.attempt!, event.left)
        break
      }
      default:
        this.takeRequest(event)
    }
  }

  private takeRequest(asked: ConnectionsRequest): void {
    const { context } = this
    let reply: unknown
    try {
      reply = this.answerTo(asked)
    } catch (error) {
      if (!(error instanceof ClaimdError)) throw error
      reply = error
    }
    // Others are replied to when what they ask for is done.
    if (reply !== null) context.turn.reply(asked.request, reply, true)
  }

  private answerTo(asked: ConnectionsRequest): unknown {
    const { context } = this
    refuseWhileStopping(context, asked.type)
    switch (asked.type) {
      case 'add-connection':
        addConnection(context, asked)
        return null
      case 'edit-connection':
        editConnection(context, asked)
        return null
      case 'delete-connection':
        return deleteConnection(context, asked)
      case 'connect':
        return connect(context, asked)
      case 'end-owner':
        return endOwner(context, asked)
      case 'cancel-request':
        return cancelRequest(context, asked.id, asked.who)
      case 'disconnect':
        return disconnect(context, asked)
      case 'type-specific':
        return askTypeSpecific(context, asked)
      case 'disconnect-all':
        return disconnectAll(context, asked)
      case 'make-links':
        return makeLinks(context, asked)
      case 'adopt-link':
        return adoptLink(context, asked)
      case 'wind-down':
        return windDown(context, asked.request)
    }
  }

  private takeFact(fact: ClaimsFact): void {
    if (fact.type === 'restored') this.restore()
    else takeFact(this.context, fact)
  }

  /** Before anybody can ask: what was up is there again, and can be disconnected. */
  private restore(): void {
    const { context, rows } = this
    if (rows === null) return
    this.rows = null
    tellPlugins(context)
    tellHidden(context)
    restore(context, rows)
  }
}
