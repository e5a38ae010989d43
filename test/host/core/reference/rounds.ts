import { type Answer, connectionNameFault } from '@claimd/sdk'
import type { Context } from '../../../../host/core/claims/context.js'
import type { Question } from '../../../../host/core/kernel/provider-port.js'
import type { Facts, ReferenceAdapter, ReferenceRound } from './facts.js'
import { must } from './properties.js'

/** A round of four providers, each pending for 5 s and overdue four times, ends within this, in milliseconds. */
const longestRound = 60_000

/** Follows the rounds of the core: who is asked, in which order, and that it ends only when nobody is left. */
export class Rounds {
  constructor(private readonly facts: Facts) {}

  /** After every event, with the questions that it led to. */
  observe(context: Context, asked: readonly Question[], closed: readonly string[]): void {
    for (const adapter of this.facts.adapters.values()) {
      const core = context.adapters.get(adapter.id)?.round ?? null
      let ended = closed.filter((id) => id === adapter.id).length
      if (adapter.round && adapter.round.core !== core) {
        this.checkEnd(adapter, adapter.round)
        adapter.round = null
        ended--
      }
      // What began and ended within one event had nobody to ask.
      if (ended > 0 && !this.facts.blocked(adapter)) this.checkEnd(adapter, this.open(adapter, {}))
      if (core && !adapter.round) adapter.round = this.open(adapter, core)
      const lost = core !== null && this.facts.closed(adapter)
      must('roundEnds', !lost, () => `the round of ${adapter.id} goes on, which has lost its meaning`)
    }
    for (const question of asked) {
      if (question.kind === 'offer') this.checkOffer(question)
      else this.checkVerify(question)
    }
    for (const { id, round } of this.facts.adapters.values()) {
      const age = round ? this.facts.now - round.at : 0
      must('roundEnds', age <= longestRound, () => `the round of ${id} runs for ${age} ms`)
    }
  }

  answered(adapter: ReferenceAdapter, answer: Answer): void {
    const { round } = adapter
    if (!round?.asking) return
    const { asking } = round
    round.asking = null
    const { now } = this.facts
    const until = asking.repeats === 0 ? now + 5_000 : asking.until
    if (answer.result === 'PENDING' && asking.repeats < 3 && now < until) {
      const retryAt = Math.min(now + Math.max(0, answer.retryAfterMs), until)
      round.pending.push({ ...asking, repeats: asking.repeats + 1, until, retryAt })
    } else if (['PENDING', 'INVALID_CONNECTION', 'NOT_SUPPORTED'].includes(answer.result)) {
      round.declined.add(asking.provider)
    } else if (answer.result === 'SUCCESS' && !adapter.claimedNow) {
      // A yes that can never count is as good as a no; one for a name that is taken is not.
      const { connection, volatile } = answer
      const isFree =
        (this.facts.heldFor(connection) ?? adapter) === adapter &&
        this.facts.ownerOfName(connection) === undefined
      if (connectionNameFault(connection) || (isFree && !volatile)) round.declined.add(asking.provider)
    }
    this.goOn(adapter)
  }

  /** Whoever would be next and is excluded now is not asked any more in this round. */
  goOn(adapter: ReferenceAdapter): void {
    if (adapter.round && !adapter.offer) this.next(adapter, adapter.round)
  }

  private open(adapter: ReferenceAdapter, core: object): ReferenceRound {
    const { facts } = this
    adapter.due = false
    adapter.missed.clear()
    const fitting = [...facts.providers.values()].filter((one) => facts.specificity(adapter, one) >= 0)
    const queue = fitting
      .sort((a, b) => (facts.before(a, b, adapter) ? -1 : 1))
      .map(({ id }) => ({ provider: id, band: facts.bandRank(id) }))
    return { core, at: facts.now, queue, pending: [], asking: null, declined: new Set() }
  }

  /** Those of whom one must be asked now; whom the rules exclude by now is dropped for good. */
  private next(adapter: ReferenceAdapter, round: ReferenceRound): string[] {
    const may = ({ provider }: { provider: string }) => this.facts.exclusion(adapter, provider) === null
    const isDue = (one: ReferenceRound['pending'][number]) => one.retryAt <= this.facts.now
    round.pending = round.pending.filter((one) => !isDue(one) || may(one))
    const due = round.pending.filter(isDue)
    if (due.length > 0) return due.map(({ provider }) => provider)
    const strongest = Math.min(...round.pending.map(({ band }) => band))
    // The safety net waits for nobody while the holder is on its way out.
    const { holder } = adapter
    const netNow = holder !== null && (holder.givenUp || holder.abandoned)
    const isTurn = (band: number) => band <= strongest || (netNow && band === 2)
    const first = round.queue.find((one) => isTurn(one.band) && may(one))
    const ahead = (band: number, i: number) => isTurn(band) && (!first || i < round.queue.indexOf(first))
    round.queue = round.queue.filter(({ band }, i) => !ahead(band, i))
    return first ? [first.provider] : []
  }

  private checkOffer({ id, adapter: { id: about }, provider, fence }: Question): void {
    const { facts } = this
    const adapter = facts.adapters.get(about)
    // A turn may call off what it has asked for: that is not asked at all.
    if (!adapter || facts.closed(adapter)) return
    must(
      'oneQuestion',
      adapter.offer === null,
      () => `${provider} is asked about ${about} during another offer`,
    )
    must('excluded', !facts.blocked(adapter), () => `${about} may not be offered`)
    const exclusion = facts.exclusion(adapter, provider)
    must('excluded', exclusion === null, () => `${provider} is asked about ${about}, but ${exclusion}`)
    const { round } = adapter
    must('oneQuestion', round !== null, () => `${provider} is asked about ${about} outside of a round`)
    const may = this.next(adapter, round)
    must(
      'order',
      may.includes(provider),
      () => `${provider} is asked about ${about}, not ${may.join(' or ') || 'nobody'}`,
    )
    const pending = round.pending.find((one) => one.provider === provider)
    round.pending = round.pending.filter((one) => one !== pending)
    round.queue = round.queue.filter((one) => one.provider !== provider)
    const band = facts.bandRank(provider)
    round.asking = { ...(pending ?? { provider, repeats: 0, until: 0, retryAt: 0 }), band }
    adapter.offer = {
      id,
      provider,
      build: facts.providers.get(provider)!.build,
      shown: facts.shown(adapter, provider),
    }
    must('rising', fence > 0, () => `fence ${fence}`)
  }

  private checkVerify({ id, adapter: { id: about }, provider, connection, fence }: Question): void {
    const adapter = this.facts.adapters.get(about)
    if (!adapter?.holder || adapter.holder.fence !== fence) return
    const { holder } = adapter
    const isHolder = holder.provider === provider && holder.connection === connection
    must(
      'excluded',
      isHolder,
      () => `${provider} is to verify ${connection} of ${about}, which it does not hold`,
    )
    const available = this.facts.providers.get(provider)?.status === 'available'
    must('excluded', available, () => `${provider} is to verify ${about}, and is not available`)
    must('oneQuestion', adapter.verify === null, () => `${provider} is to verify ${about} twice at once`)
    const twice = adapter.offer?.provider === provider
    must('oneQuestion', !twice, () => `${provider} is to verify ${about} while it is offered to it`)
    adapter.verify = { id, shown: this.facts.shown(adapter, provider) }
  }

  private checkEnd(adapter: ReferenceAdapter, round: ReferenceRound): void {
    if (adapter.claimedNow || this.facts.closed(adapter)) return
    const left = [...this.next(adapter, round), ...round.pending.map(({ provider }) => provider)]
    must(
      'order',
      left.length === 0,
      () => `the round of ${adapter.id} ended before ${left.join(', ')} was asked`,
    )
    must(
      'roundEnds',
      adapter.offer === null,
      () => `the round of ${adapter.id} ended while ${adapter.offer?.provider} was asked`,
    )
  }
}
