import {
  ClaimdError,
  type DisconnectAllDocument,
  type DisconnectDocument,
  type EventDetails,
  type ReleaseDocument,
  type RequestedOffer,
  type Round,
} from '@claimd/sdk'
import type { LinkEvent } from '../adapters/link.js'
import type { Place } from '../adapters/place.js'
import type { Machine, RequestEvent } from '../kernel/machine.js'
import type { AnswerEvent } from '../kernel/provider-port.js'
import type { Row } from '../kernel/rows.js'
import type { StoreFault } from '../kernel/store-port.js'
import type { Turn } from '../kernel/turn.js'
import { type ActionEvent, takeAction } from './acting.js'
import type { ChildEvent } from './children.js'
import { editedConnections, giveWayToConfigured, verifyEdited } from './configuration.js'
import { Context, type Settings } from './context.js'
import type { ClaimsFact } from './facts.js'
import { tellFlapping } from './flapping.js'
import { isHeldBy, tellVoid } from './holding.js'
import { reconsider, takeLinkEvent } from './link-events.js'
import { answerOffer } from './offer-answers.js'
import { requestOffers } from './offer-requests.js'
import { disconnect, disconnectAll, findAdapterToAct, offer, release } from './operator.js'
import { checkHolder, offerFreed, offerTo, takeProviders } from './provider-events.js'
import type { ProviderInfo } from './provider-info.js'
import type { AdapterRecord } from './records.js'
import type { ReportEvent } from './report-event.js'
import { restore } from './restore.js'
import { abandonRound, resumeRound, startWanted, wantRound } from './rounds.js'
import { refuseReport } from './rules.js'
import { answerVerify, endByHolder, keepAfterAll, retryVerify, settleDoubted, verify } from './verifying.js'

/** What operators, clients and plugins ask of it. */
export type ClaimsRequests = {
  offer: { ask: { adapter: string; who: string }; reply: Round }
  release: { ask: { adapter: string; reason: string; who: string }; reply: ReleaseDocument }
  /** Of what claimd did not connect itself. */
  disconnect: { ask: { connection: string; who: string }; reply: DisconnectDocument }
  'disconnect-all': { ask: { who: string }; reply: DisconnectAllDocument }
  'request-offers': { ask: { adapter: string; plugin: string }; reply: RequestedOffer[] }
}

/** What happens to it from outside. */
export type ClaimsEvent =
  | LinkEvent
  | AnswerEvent
  | ReportEvent
  | ActionEvent
  | ChildEvent
  | { type: 'providers'; providers: readonly ProviderInfo[] }
  | { type: 'settings'; settings: Settings }
  /** Before the restart a plugin made a link of this name for the connect with this fence. */
  | { type: 'link-made'; name: string; fence: number }

/** What it takes, and what it tells the machines above it. */
export interface ClaimsProtocol {
  event: ClaimsEvent
  requests: ClaimsRequests
  fact: ClaimsFact
  told: EventDetails
}

export type ClaimsRequest = RequestEvent<ClaimsRequests>

/** The claims machine: which adapter is offered to whom, who holds it, and what that means. */
export class Claims implements Machine<ClaimsProtocol> {
  readonly context: Context
  private rows: readonly Row[] | null

  /** @param rows as they were stored */
  constructor(where: Place, rows: readonly Row[], settings: Settings) {
    this.context = new Context(where)
    this.context.apply(settings)
    this.rows = rows
  }

  handle(event: ClaimsEvent | ClaimsRequest, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => this.take(event))
  }

  wake(adapter: string, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => this.lookAgain(adapter))
  }

  storeFailed(fault: StoreFault, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => this.degrade(fault))
  }

  storeRecovered(lost: number, turn: Turn<ClaimsFact>): void {
    this.work(turn, () => this.recover(lost))
  }

  /** For the machines above it: does something within their turns. */
  within(turn: Turn<ClaimsFact>, task: (context: Context) => void): void {
    turn.within('claims', () => this.work(turn, () => task(this.context)))
  }

  private work(turn: Turn<ClaimsFact>, task: () => void): void {
    this.context.turn = turn
    task()
    settleDoubted(this.context)
    this.startRounds()
  }

  /** A round that starts may end a claim at once, and so free a connection that others wait for. */
  private startRounds(): void {
    const { context } = this
    do {
      offerFreed(context)
      for (const record of context.wanting) {
        context.wanting.delete(record)
        startWanted(context, record)
      }
    } while (context.freed.size > 0)
  }

  private take(event: ClaimsEvent | ClaimsRequest): void {
    switch (event.type) {
      case 'snapshot':
        if (this.rows) {
          restore(this.context, this.rows, event.links)
          this.context.turn.addFact({ type: 'restored' })
        }
        this.rows = null
        takeLinkEvent(this.context, event)
        break
      case 'link':
      case 'link-gone':
        takeLinkEvent(this.context, event)
        break
      case 'providers':
        takeProviders(this.context, event.providers)
        break
      case 'settings':
        this.takeSettings(event.settings)
        break
      case 'report':
        this.takeReport(event)
        break
      case 'answer':
        this.takeAnswer(event)
        break
      case 'action-refused':
      case 'acts':
      case 'act-failed':
        takeAction(this.context, event)
        break
      case 'link-made':
        this.context.made.set(event.name, event.fence)
        break
      case 'child':
        this.context.children.take(event)
        break
      default:
        this.takeRequest(event)
    }
  }

  /** Whether a round is under way or about to start. */
  get busy(): boolean {
    if (!this.context.ready) return true
    for (const record of this.context.adapters.values()) if (record.round) return true
    return false
  }

  private takeSettings(settings: Settings): void {
    const { context } = this
    const before = new Map(context.configured)
    context.apply(settings)
    context.roster.replace(context.roster.values(), context.order)
    for (const record of context.adapters.values()) {
      if (!reconsider(context, record)) continue
      const { ignored } = record
      context.emit('adapter-ignored', record, { ignored, claimed: record.holding !== null })
      if (ignored === null) wantRound(context, record, 'it is no longer ignored')
    }
    const edited = editedConnections(before, context.configured)
    if (edited.names.size === 0) return
    verifyEdited(context, edited, giveWayToConfigured(context))
    for (const provider of context.roster.values()) {
      if (provider.connectionTypes.length > 0)
        offerTo(context, provider, 'the configured connections changed')
    }
  }

  private takeAnswer({ question, answer, ms }: AnswerEvent): void {
    const { context } = this
    const open = context.questions.get(question.id)
    if (open) {
      context.questions.delete(question.id)
      if (question.kind === 'offer') answerOffer(context, open.record, question, answer, ms)
      else answerVerify(context, open.record, question, answer)
      return
    }
    if (answer.result !== 'SUCCESS' || question.kind !== 'offer') return
    // The deadline had passed, the adapter is gone, or it was decided meanwhile.
    const { id, name } = question.adapter
    const { connection } = answer
    const { provider } = question
    context.turn.emit('answer-void', { adapter: id, name }, { provider, connection, ms })
    // It may hold the adapter by this very offer, or for this very connection after another: then that stands.
    const holding = context.adapters.get(id)?.holding
    if (isHeldBy(context, question.provider, question)) return
    if (holding?.provider === question.provider && holding.connection === connection) return
    tellVoid(context, question, connection)
  }

  private takeReport(report: ReportEvent): void {
    const { context } = this
    const record = heldForReport(context, report)
    const refused = refuseReport(record, report)
    const { provider, connection, fence } = report
    if (refused || !record) {
      const details = { provider, connection, fence, because: `${refused}` }
      context.refusals.emit(context, 'report-refused', record ?? null, `reports of ${provider}`, details)
      return
    }
    endByHolder(context, record, `${provider} reports that it is lost: ${report.reason}`, 'report')
  }

  private takeRequest(request: ClaimsRequest): void {
    const { context } = this
    let reply: unknown
    try {
      if (request.type === 'request-offers') {
        const { plugin, adapter } = request
        const offers = requestOffers(context, plugin, adapter)
        context.turn.reply(request.request, offers, false)
        return
      }
      if (request.type === 'offer') {
        // Its reply comes with the end of the round.
        offer(context, findAdapterToAct(context, request.adapter), request.who, request.request)
        return
      }
      if (request.type === 'release') {
        reply = release(context, findAdapterToAct(context, request.adapter), request.reason, request.who)
      } else if (request.type === 'disconnect') reply = disconnect(context, request.connection, request.who)
      else reply = disconnectAll(context, request.who)
    } catch (error) {
      if (!(error instanceof ClaimdError)) throw error
      reply = error
    }
    context.turn.reply(request.request, reply, request.type === 'release')
  }

  private lookAgain(id: string): void {
    const record = this.context.adapters.get(id)
    if (!record) return
    record.wakeAt = null
    resumeRound(this.context, record)
    this.context.wanting.add(record)
    retryVerify(this.context, record)
    tellFlapping(this.context, record)
  }

  /** Nothing is believed that is not stored: what was decided is taken back, and no claim is made meanwhile. */
  private degrade({ because, remedy }: StoreFault): void {
    const { context } = this
    context.storeRemedy = remedy
    if (context.degraded === because) return
    const news = context.degraded === null
    context.degraded = because
    if (!news) return
    context.emit('degraded', null, { reason: because })
    for (const record of context.adapters.values()) {
      if (record.holding && record.holding.givenUp !== null) keepAfterAll(context, record)
      abandonRound(context, record, `nothing can be stored: ${because}`)
      // Claims that were put back may have missed what became of their providers, and then of their links: a provider
      // that is no longer of the safety net keeps a link that is a port now.
      if (context.ready) checkHolder(context, record)
      reconsider(context, record)
    }
  }

  private recover(lost: number): void {
    const { context } = this
    context.degraded = null
    context.emit('recovered', null, { lost })
    for (const record of giveWayToConfigured(context)) verify(context, record)
    for (const record of context.adapters.values()) wantRound(context, record, 'decisions are stored again')
  }
}

/** The adapter that a report is about. A provider may not have heard yet that its connection has another name. */
function heldForReport(
  { adapters, byConnection, configured }: Context,
  { provider, fence, connection }: ReportEvent,
): AdapterRecord | undefined {
  const record = byConnection.get(connection)
  if (record?.holding?.provider === provider || !configured.has(connection)) return record
  const isMeant = ({ holding }: AdapterRecord) =>
    holding?.volatile === true && holding.provider === provider && holding.fence === fence
  return [...adapters.values()].find(isMeant) ?? record
}
