import { type Facts, type Holder, keyOf, type ReferenceAdapter } from './facts.js'

interface Decision {
  what: 'claimed' | 'ended' | 'released' | 'offered' | 'renamed' | 'given up'
  adapter: ReferenceAdapter
  holder: Holder | null
  /** What it was called before. */
  connection: string | undefined
  made: Holder | null
  wasReleased: boolean
  heldBefore: string | null
  key: string
  previous: string | undefined
}

/** What is taken back when a turn cannot be stored. What happened to the links did happen. */
export class Decisions {
  private made: Decision[] = []

  /** @param owed `PROVIDER FENCE` of those who have yet to hear that they do not hold */
  constructor(
    private readonly facts: Facts,
    private readonly owed: Set<string>,
  ) {}

  clear(): void {
    this.made = []
  }

  /** Before the adapter is changed. */
  add(what: Decision['what'], adapter: ReferenceAdapter, made: Holder | null): void {
    const wasReleased = what === 'offered' || adapter.released
    const { holder, heldBefore, link } = adapter
    const key = keyOf(link)
    const previous = this.facts.previous.get(key)
    const connection = holder?.connection
    this.made.push({ what, adapter, holder, connection, made, wasReleased, heldBefore, key, previous })
  }

  takeBack(): void {
    for (const decision of this.made.reverse()) {
      const { what, adapter, made } = decision
      // With its link it is over anyhow.
      const over = !this.facts.adapters.has(adapter.id) || (what === 'claimed' && adapter.holder !== made)
      if (!over) this.undo(decision)
    }
    this.clear()
    for (const adapter of this.facts.adapters.values()) {
      const { holder } = adapter
      if (holder?.givenUp) {
        holder.givenUp = false
        this.facts.askAnew(adapter.id)
      }
      this.facts.follow(adapter)
      if (holder) this.owed.delete(nameOf(holder))
    }
  }

  private undo({ what, adapter, holder, made, ...before }: Decision): void {
    if (what === 'renamed') {
      if (adapter.holder !== holder || !holder) return
      holder.connection = before.connection!
      this.facts.askAnew(adapter.id)
      return
    }
    if (holder) this.owed.delete(nameOf(holder))
    if (what === 'given up') {
      if (adapter.holder === holder && holder) {
        holder.givenUp = false
        this.facts.askAnew(adapter.id)
      }
      return
    }
    if (what === 'ended' && holder) holder.givenUp = false
    if (what === 'released' || what === 'offered') adapter.released = before.wasReleased
    if (what !== 'claimed') {
      adapter.holder ??= holder
      return
    }
    this.owed.add(nameOf(made!))
    adapter.holder = holder
    adapter.verify = null
    adapter.heldBefore = before.heldBefore
    if (before.previous) this.facts.previous.set(before.key, before.previous)
    else this.facts.previous.delete(before.key)
  }
}

function nameOf({ provider, fence }: Holder): string {
  return `${provider} ${fence}`
}
