import type { EventDetails } from '@claimd/sdk'
import type { Counters } from './counters.js'
import { aboutOf, type Catalogue, type NewEvent, type Subject } from './journal-event.js'
import { Outbox } from './outbox.js'
import type { Act, AnyQuestion, Question } from './provider-port.js'
import type { Questions, WithoutId } from './questions.js'
import type { AnyRowKind, RowKind } from './rows.js'

/** When something happens: `now` in monotonic milliseconds for delays, `at` (RFC 3339) for records. */
export interface Moment {
  now: number
  at: string
}

/** A decision that only holds once it is stored, such as a claim. */
export interface Decision {
  /** Restores what was before; what that leads to goes out through the turn. @returns false when it is over already, such as with its link: then it stays told */
  undo(turn: Turn): boolean
  /** The events that tell of it: untrue once it is taken back. */
  events: NewEvent[]
}

/**
 * The events that are handled together: what they lead to is stored in one transaction, and done and announced after
 * that. It is the only way out of a machine.
 *
 * `Told`: the events that can be told.
 */
export class Turn<Fact = unknown, Told extends Catalogue = EventDetails> {
  readonly out = new Outbox<Decision>()
  /** What machines have found out, for those above them, which observe it within this turn. */
  readonly facts: { from: string; fact: unknown }[] = []

  constructor(
    readonly moment: Moment,
    readonly counters: Counters,
    private readonly questions: Questions,
    /** The machine that is at work. */
    public machine = '',
  ) {}

  /** @param details what events of this type hold, see the catalogue */
  emit<Type extends keyof Told & string>(
    type: Type,
    subject: Subject,
    details: Told[Type] & object,
  ): NewEvent {
    return this.tell(type, subject, details)
  }

  /** What belongs into the journal as it is: a `Note`, whatever can be told. */
  note({ type, ...details }: { type: string }): void {
    this.tell(type, { adapter: null, name: null }, details)
  }

  private tell(type: string, { adapter, name }: Subject, details: object): NewEvent {
    const about = aboutOf(adapter, details)
    const event: NewEvent = { at: this.moment.at, type, adapter, name, about, ...details }
    this.out.events.push(event)
    return event
  }

  addFact(fact: Fact): void {
    this.facts.push({ from: this.machine, fact })
  }

  put<Value>(kind: RowKind<Value>, value: Value): void {
    this.out.rows.put(kind, value)
  }

  drop(kind: AnyRowKind, key: string): void {
    this.out.rows.drop(kind, key)
  }

  /** Asks a provider something harmless, perhaps before this turn is stored. @returns the question with its number */
  ask<Asked extends AnyQuestion = Question>(question: WithoutId<Asked>): Asked {
    const asked = this.questions.open<Asked>(this.machine, question)
    this.out.ask.push(asked)
    return asked
  }

  /** The answer is not wanted any more. */
  cancel(question: number): void {
    if (this.questions.close(question) !== null) this.out.cancel.push(question)
  }

  /** Has a provider do something, once this turn is stored. What could not be stored is never done. */
  act(act: Act): void {
    this.out.act.push(act)
  }

  /** The result of an act is not wanted any more; it comes all the same. */
  cancelAct({ fence, kind, provider }: Act): void {
    this.out.cancelAct.push({ fence, kind, provider })
  }

  /** Has all that was changed about links with this fence taken back, once this turn is stored. */
  undo(fence: number): void {
    this.out.undo.push(fence)
  }

  /** @param decided whether it is only true once this turn is stored */
  reply(request: number, reply: unknown, decided: boolean): void {
    this.out.replies.push({ request, reply, decided })
  }

  /** Has a machine below this one work within this turn: what it asks and what it finds out are its own. */
  within(machine: string, work: () => void): void {
    const before = this.machine
    this.machine = machine
    try {
      work()
    } finally {
      this.machine = before
    }
  }

  /** Has the machine that is at work look at something again. @param after in milliseconds */
  wake(key: string, after: number): void {
    this.out.wake.push({ machine: this.machine, key, after })
  }

  /**
   * Carries out a decision that only holds once it is stored.
   * @param undo restores what was before, if it cannot be stored; see {@link Decision.undo}
   * @param act what the decision does; the events that come of it are its own
   */
  decide(undo: Decision['undo'], act: () => void): Decision {
    const { events, decisions } = this.out
    const { machine } = this
    const before = events.length
    act()
    const undoAs = (turn: Turn) => {
      turn.machine = machine
      return undo(turn)
    }
    const decision = { undo: undoAs, events: events.slice(before) }
    decisions.push(decision)
    return decision
  }
}
