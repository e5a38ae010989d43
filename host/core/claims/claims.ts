import { ClaimdError, type Released } from '@claimd/sdk'
import type { LinkEvent } from '../adapters/link.js'
import type { Place } from '../adapters/place.js'
import type { StoredState } from '../engine/store-port.js'
import { type ActionEvent, takeAction } from './acting.js'
import type { ChildEvent } from './children.js'
import { editedConnections, giveWayToConfigured, verifyEdited } from './configuration.js'
import { Context, type Settings } from './context.js'
import { tellFlapping } from './flapping.js'
import { reconsider, takeLinkEvent } from './link-events.js'
import { requestOffers } from './offer-requests.js'
import { disconnect, disconnectAll, findAdapterToAct, offer, release } from './operator.js'
import { Outbox } from './outbox.js'
import type { ProviderEvent } from './ports.js'
import { checkHolder, offerFreed, offerTo, takeProviders } from './provider-events.js'
import type { ProviderInfo } from './provider-info.js'
import type { AdapterRecord, Moment } from './records.js'
import { restore } from './restore.js'
import { abandonRound, answerOffer, resumeRound, startWanted, wantRound } from './rounds.js'
import { refuseReport } from './rules.js'
import { answerVerify, endByHolder, keepAfterAll, retryVerify, settleDoubted, verify } from './verifying.js'

/** What an operator or a client asks; the reply has the same number. */
export type Request =
  | { type: 'offer'; request: number; adapter: string; who: string }
  | { type: 'release'; request: number; adapter: string; reason: string; who: string }
  | { type: 'disconnect'; request: number; connection: string; who: string }
  | { type: 'request-offers'; request: number; adapter: string; plugin: string }
  | { type: 'disconnect-all'; request: number; who: string }

/** Everything that can happen to the claims machine. */
export type ClaimsEvent =
  | LinkEvent
  | ProviderEvent
  | Request
  | ActionEvent
  | ChildEvent
  | { type: 'providers'; providers: readonly ProviderInfo[] }
  | { type: 'settings'; settings: Settings }
  /** Something else that belongs into the journal. */
  | { type: 'note'; note: { type: string; message: string; [detail: string]: unknown } }
  | { type: 'wake'; adapter: string }
  /** What the last turn decided could not be stored. */
  | { type: 'store-failed'; because: string; remedy: string }
  /** It can be stored again, and has been. */
  | { type: 'store-recovered'; lost: number }

/**
 * The claims machine: which adapter is offered to whom, who holds it, and what that means. Events go in; what
 * it decides is collected in an outbox, which the engine stores before it acts on it. It knows no clock, does
 * no I/O and draws no random numbers, so the same events always lead to the same decisions.
 */
export class Claims {
  readonly context: Context
  private stored: StoredState | null

  constructor(where: Place, stored: StoredState, settings: Settings) {
    this.context = new Context(where, stored.generation, stored.fence)
    this.context.apply(settings)
    this.stored = stored
  }

  /** Takes one event. What it leads to is in the outbox, see {@link takeOutbox}. */
  handle(event: ClaimsEvent, moment: Moment): void {
    this.context.moment = moment
    this.take(event)
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

  private take(event: ClaimsEvent): void {
    switch (event.type) {
      case 'snapshot':
        if (this.stored) restore(this.context, this.stored, event.links)
        this.stored = null
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
      case 'answer':
        this.takeAnswer(event)
        break
      case 'report':
        this.takeReport(event)
        break
      case 'action-refused':
      case 'acts':
      case 'act-failed':
        takeAction(this.context, event)
        break
      case 'child':
        this.context.children.take(event)
        break
      case 'note': {
        const { type, message, ...detail } = event.note
        this.context.emit(type, null, message, detail)
        break
      }
      case 'wake':
        this.wake(event.adapter)
        break
      case 'store-failed':
        this.degrade(event)
        break
      case 'store-recovered':
        this.recover(event.lost)
        break
      default:
        this.takeRequest(event)
    }
  }

  /** Hands over what was decided since the last call. */
  takeOutbox(): Outbox {
    const { out } = this.context
    this.context.out = new Outbox()
    return out
  }

  /** Whether the provider holds the adapter by the claim of this fence. */
  holds(provider: string, { adapter, fence }: Pick<Released, 'adapter' | 'fence'>): boolean {
    const claim = this.context.adapters.get(adapter.id)?.claim
    return claim?.provider === provider && claim.fence === fence
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
      context.emit('adapter-ignored', record, sayIgnored(record), { ignored })
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

  private takeAnswer({ question, answer, ms }: Extract<ProviderEvent, { type: 'answer' }>): void {
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
    context.out.events.push({
      at: context.moment.at,
      type: 'answer-void',
      adapter: id,
      name,
      message: `${question.provider} answered too late that ${name} is its own: nothing was claimed`,
      provider: question.provider,
      connection,
      ms,
    })
    // It may hold the adapter by this very offer, or for this very connection after another: then that stands.
    const claim = context.adapters.get(id)?.claim
    if (this.holds(question.provider, question)) return
    if (claim?.provider === question.provider && claim.connection === connection) return
    context.out.tell.push({
      provider: question.provider,
      was: { adapter: question.adapter, connection, fence: question.fence, reason: 'void' },
    })
  }

  private takeReport(report: Extract<ProviderEvent, { type: 'report' }>): void {
    const { context } = this
    const record = heldForReport(context, report)
    const refused = refuseReport(record, report)
    const { provider, connection, fence } = report
    if (refused || !record) {
      const message = `a report of ${provider} on connection ${connection} was refused: ${refused}`
      const detail = { provider, connection, fence }
      context.refusals.emit(
        context,
        'report-refused',
        record ?? null,
        `reports of ${provider}`,
        message,
        detail,
      )
      return
    }
    endByHolder(context, record, `${provider} reports that it is lost: ${report.reason}`)
  }

  private takeRequest(request: Request): void {
    const { context } = this
    let reply: unknown
    try {
      if (request.type === 'request-offers') {
        const { plugin, adapter } = request
        const offers = requestOffers(context, plugin, adapter)
        context.out.replies.push({ request: request.request, reply: offers, decided: false })
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
    context.out.replies.push({ request: request.request, reply, decided: request.type === 'release' })
  }

  private wake(id: string): void {
    const record = this.context.adapters.get(id)
    if (!record) return
    record.wakeAt = null
    resumeRound(this.context, record)
    this.context.wanting.add(record)
    retryVerify(this.context, record)
    tellFlapping(this.context, record)
  }

  /** Nothing is believed that is not stored: what was decided is taken back, and no claim is made meanwhile. */
  private degrade({ because, remedy }: { because: string; remedy: string }): void {
    const { context } = this
    context.storeRemedy = remedy
    if (context.degraded === because) return
    const news = context.degraded === null
    context.degraded = because
    if (!news) return
    context.emit('degraded', null, `nothing can be stored: ${because}. Claims stay protected; none is made`, {
      reason: because,
    })
    for (const record of context.adapters.values()) {
      if (record.claim && record.claim.givenUp !== null) keepAfterAll(context, record)
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
    context.emit('recovered', null, `decisions are stored again${lostEvents(lost)}`, { lost })
    for (const record of giveWayToConfigured(context)) verify(context, record)
    for (const record of context.adapters.values()) wantRound(context, record, 'decisions are stored again')
  }
}

function lostEvents(lost: number): string {
  if (lost === 0) return ''
  return lost === 1
    ? '; one event of the time between is lost'
    : `; ${lost} events of the time between are lost`
}

function sayIgnored({ adapter: { name }, ignored, claim }: AdapterRecord): string {
  if (ignored === null) return `${name} is no longer ignored`
  return claim
    ? `${name} stays claimed and is ignored after that: ${ignored}`
    : `${name} is ignored: ${ignored}`
}

/** The adapter that a report is about. A provider may not have heard yet that its connection has another name. */
function heldForReport(
  { adapters, byConnection, configured }: Context,
  { provider, fence, connection }: Extract<ProviderEvent, { type: 'report' }>,
): AdapterRecord | undefined {
  const record = byConnection.get(connection)
  if (record?.claim?.provider === provider || !configured.has(connection)) return record
  const isMeant = ({ claim }: AdapterRecord) =>
    claim?.volatile === true && claim.provider === provider && claim.fence === fence
  return [...adapters.values()].find(isMeant) ?? record
}
