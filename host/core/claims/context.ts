import type { ClaimEnd, ConfiguredConnection, EventDetails, EventType, MatchRule } from '@claimd/sdk'
import type { Place } from '../adapters/place.js'
import type { DialSettings } from '../connections/settings.js'
import type { NewEvent } from '../kernel/journal-event.js'
import type { Outbox } from '../kernel/outbox.js'
import type { Question } from '../kernel/provider-port.js'
import type { Decision, Moment, Turn } from '../kernel/turn.js'
import { Children } from './children.js'
import { GoneAdapters } from './gone-adapters.js'
import { type CompiledRule, compileRule } from './match.js'
import type { AdapterRecord } from './records.js'
import { RefusalRecords } from './refusal-records.js'
import { Roster } from './roster.js'

/** The operator's configuration, as far as claims depend on it. */
export interface Settings {
  /** Provider ids that are asked first, in this order. */
  order: readonly string[]
  /** Adapters that are never offered. */
  ignore: readonly MatchRule[]
  /** With what claimd dials them by, where it differs from the defaults. */
  connections: readonly (ConfiguredConnection & Partial<DialSettings>)[]
}

/** What a question that is out belongs to. */
export interface OpenQuestion {
  question: Question
  record: AdapterRecord
}

/**
 * The state that the parts of the claims machine share, and the way out for what they decide. There is no
 * clock here: the moment is handed in with every event.
 */
export class Context {
  readonly adapters = new Map<string, AdapterRecord>()
  readonly byIndex = new Map<number, AdapterRecord>()
  readonly gone = new GoneAdapters()
  readonly refusals = new RefusalRecords()
  readonly children = new Children()
  /** The adapters that have a master, by its index: whether it is a bridge's port or a VRF's member. */
  readonly members = new Map<number, Set<AdapterRecord>>()
  /** The adapter that is held for a connection: a connection holds one adapter at most. */
  readonly byConnection = new Map<string, AdapterRecord>()
  /** Connections that claimd dials, with the fence of the attempt, also where no adapter is held for one. */
  readonly dialled = new Map<string, number>()
  /** Fences of dialled ones: what was made with them is being taken back by the host. */
  readonly undoing = new Set<number>()
  /** Links that plugins make for a connect, by name, with its fence: they are not offered while that is there. */
  readonly made = new Map<string, number>()
  /** Connections that an adapter was held for until this event, with that adapter and why its claim ended. */
  readonly freed = new Map<string, { record: AdapterRecord; claimEnd: ClaimEnd | null }>()
  /** Adapters that this event asks a round for: it starts at the end of the event, once for all that asks for it. */
  readonly wanting = new Set<AdapterRecord>()
  /** Adapters whose holders are asked since somebody asked for an offer. */
  readonly doubted = new Set<AdapterRecord>()
  readonly roster = new Roster()
  /** Who held an adapter last, by its stable key; the newest ones last. */
  readonly previousHolders = new Map<string, string>()
  readonly questions = new Map<number, OpenQuestion>()
  readonly configured = new Map<string, ConfiguredConnection>()

  /** The way out for what is decided now. */
  turn!: Turn
  order: readonly string[] = []
  ignore: readonly CompiledRule[] = []
  /** False until the first list of providers is here: nobody is asked before. */
  ready = false
  /** Why decisions cannot be stored; `null` when they can. No claim is made meanwhile. */
  degraded: string | null = null
  /** What to do about that. */
  storeRemedy = ''

  constructor(readonly where: Place) {}

  get moment(): Moment {
    return this.turn.moment
  }

  get out(): Outbox {
    return this.turn.out
  }

  apply(settings: Settings): void {
    this.order = settings.order
    this.ignore = settings.ignore.map(compileRule)
    this.configured.clear()
    for (const connection of settings.connections) this.configured.set(connection.name, connection)
  }

  emit<Type extends EventType>(
    type: Type,
    record: AdapterRecord | null,
    details: EventDetails[Type],
  ): NewEvent {
    const subject = { adapter: record?.id ?? null, name: record?.adapter.name ?? null }
    return this.turn.emit(type, subject, details)
  }

  ask(record: AdapterRecord, asked: Omit<Question, 'id' | 'adapter'>): number {
    const question = this.turn.ask({ adapter: record.adapter, ...asked })
    this.questions.set(question.id, { question, record })
    return question.id
  }

  cancel(question: number): void {
    if (this.questions.delete(question)) this.turn.cancel(question)
  }

  /**
   * Has the adapter looked at again later. One wake is on its way at a time, the earliest: whoever is not due
   * yet when it comes asks for another.
   */
  wake(record: AdapterRecord, at: number): void {
    if (record.wakeAt !== null && record.wakeAt <= at) return
    record.wakeAt = at
    this.turn.wake(record.id, Math.max(0, at - this.moment.now))
  }

  /**
   * Carries out a decision that only holds once it is stored.
   * @param undo restores what was before, if it cannot be stored; see {@link Decision.undo}
   * @param act what the decision does; the events that come of it are its own
   */
  decide(undo: () => boolean, act: () => void): Decision {
    const undoIn = (turn: Turn) => {
      this.turn = turn
      return undo()
    }
    return this.turn.decide(undoIn, act)
  }
}
