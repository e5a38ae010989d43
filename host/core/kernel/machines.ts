import type { Catalogue, Note } from './journal-event.js'
import type { Machine, Protocol, RequestEvent } from './machine.js'
import type { Questions } from './questions.js'
import type { Turn } from './turn.js'

/** Something that belongs into the journal and that no machine needs to know. */
export interface NoteEvent<Told extends Catalogue> {
  type: 'note'
  note: Note<Told>
}

/** What enters by the engine itself. */
type OwnEvent<Told extends Catalogue> =
  | NoteEvent<Told>
  | { type: 'wake'; machine: string; key: string }
  | { type: 'store-recovered'; lost: number }

/** All that enters the core. */
export type CoreEvent<Talk extends Protocol> =
  | Talk['event']
  | RequestEvent<Talk['requests']>
  | OwnEvent<Talk['told']>

type TurnOf<Talk extends Protocol> = Turn<Talk['fact'], Talk['told']>

export interface MachineParts<Talk extends Protocol> {
  /** The lowest first: what a machine finds out goes to those after it. */
  machines: Readonly<Record<string, Machine<Talk>>>
  /** Which machine takes what. */
  routes: Readonly<Record<Talk['event']['type'] | (keyof Talk['requests'] & string), string>>
}

/** The machines of an engine, and what each of them takes. */
export class Machines<Talk extends Protocol> {
  constructor(
    private readonly parts: MachineParts<Talk>,
    private readonly questions: Questions,
  ) {}

  get busy(): boolean {
    return Object.values(this.parts.machines).some(({ busy }) => busy)
  }

  /** Hands an event to the machine that it is for, or to all. */
  take(event: CoreEvent<Talk>, turn: TurnOf<Talk>): void {
    if (isNote<Talk['told']>(event)) turn.note(event.note)
    else if (isWake(event)) this.at(event.machine, turn, (machine) => machine.wake(event.key, turn))
    else if (isRecovery(event)) this.atAll(turn, (machine) => machine.storeRecovered(event.lost, turn))
    else this.at(this.machineFor(event), turn, (machine) => machine.handle(event, turn))
  }

  atAll(turn: TurnOf<Talk>, work: (machine: Machine<Talk>) => void): void {
    for (const name of Object.keys(this.parts.machines)) this.at(name, turn, work)
  }

  /** An answer goes to who has asked; that it comes too late is for the machine that takes answers to see. */
  private machineFor(event: { type: string }): string {
    const { routes } = this.parts
    const asker = 'question' in event ? this.questions.close((event.question as { id: number }).id) : null
    return asker ?? routes[event.type as keyof typeof routes]
  }

  /** Has a machine work, and those above it observe what it has found out, until nothing is left to observe. */
  private at(name: string, turn: TurnOf<Talk>, work: (machine: Machine<Talk>) => void): void {
    const { machines } = this.parts
    turn.machine = name
    work(machines[name]!)
    if (turn.facts.length === 0) return
    const names = Object.keys(machines)
    for (const { from, fact } of turn.facts.splice(0)) {
      for (const one of names.slice(names.indexOf(from) + 1))
        if (machines[one]!.observe)
          this.at(one, turn, (machine) => machine.observe!(fact as Talk['fact'], turn))
    }
  }
}

function isNote<Told extends Catalogue>(event: { type: string }): event is NoteEvent<Told> {
  return event.type === 'note'
}

function isWake(event: { type: string }): event is Extract<OwnEvent<object>, { type: 'wake' }> {
  return event.type === 'wake'
}

function isRecovery(event: {
  type: string
}): event is Extract<OwnEvent<object>, { type: 'store-recovered' }> {
  return event.type === 'store-recovered'
}
