import type { Difference } from '../../../core/adapters/changes.js'
import type { LinkChanger } from '../../../core/adapters/link-changer.js'
import type { Action } from '../../../core/claims/acting.js'
import type { HeldAdapter } from '../../../core/claims/views.js'
import { claimdError } from '../../../core/errors.js'
import type { Holdings } from '../../../core/holdings.js'
import type { Ledger } from '../../../core/ledger/ledger.js'
import type { Change, Owner, UndoEntry } from '../../../core/ledger/undo-entry.js'
import { alreadyRecorded } from '../refusals.js'

/** Changes to links that may stand for one plugin: addresses, routes, links that it made. */
const changesLimit = 1024

/** What links are changed by for plugins. */
export interface LinkParts {
  changer: LinkChanger
  ledger: Ledger
  /** The core's word on who may act. */
  holdings: Pick<
    Holdings,
    'admit' | 'refuse' | 'acts' | 'failed' | 'heldWith' | 'isStopped' | 'makes' | 'adopt' | 'standsFor'
  >
}

/** What a plugin wants to do to an adapter, by the fence of the claim or the connect by which it holds it. */
export class Wish {
  readonly #parts: LinkParts
  readonly #action: Action

  constructor(parts: LinkParts, action: Action) {
    this.#parts = parts
    this.#action = action
  }

  /** Rule 7. @throws NOT_ALLOWED */
  admit(): HeldAdapter {
    try {
      return this.#parts.holdings.admit(this.#action)
    } catch (error) {
      throw alreadyRecorded(error as Error)
    }
  }

  refuse(because: string): Error {
    return alreadyRecorded(this.#parts.holdings.refuse(this.#action, because))
  }

  /**
   * Makes a change, which is written down before. The fence is looked at once more: it may have become void while
   * the kernel was asked how things are.
   * @param told what the link source will tell of it
   */
  async make(change: Change, told: readonly Difference[], act: () => Promise<unknown>): Promise<void> {
    const { ledger } = this.#parts
    const { plugin } = this.#action
    const held = this.admit()
    checkRoom(ledger, plugin)
    const declared = ledger.declare(ownerOf(held), held.adapter, change)
    try {
      await this.#do(told, act)
    } catch (error) {
      ledger.cancel(declared)
      throw error
    }
    ledger.made(declared)
  }

  /**
   * It is there already. What an earlier fence made is there for this one from now on, and goes with it; and where a claim is
   * being taken over, what somebody else made as well, if that succeeds.
   * @param ours whether it carries claimd's mark; `null` when this kernel cannot tell
   */
  takeOver(change: Change, ours: boolean | null = true): void {
    const { ledger } = this.#parts
    const held = this.admit()
    const { plugin } = this.#action
    const entry = ledger.find(held.adapter.id, change)
    if (entry?.owner.fence === held.fence) return
    if (held.takesOver && (entry || ours !== true)) {
      checkRoom(ledger, plugin)
      ledger.adopt(ownerOf(held), held.adapter, change)
    } else if (entry && ours !== false) ledger.made(ledger.declare(ownerOf(held), held.adapter, change))
  }

  /** Takes back what is in the ledger. */
  async takeBack(entry: UndoEntry, told: readonly Difference[], act: () => Promise<unknown>): Promise<void> {
    this.admit()
    await this.#do(told, act)
    this.#parts.ledger.strike(entry)
  }

  async #do(told: readonly Difference[], act: () => Promise<unknown>): Promise<void> {
    const { holdings } = this.#parts
    // Before it is done: the link source may tell of it before the kernel's answer is read.
    holdings.acts(this.#action, told)
    try {
      await act()
    } catch (error) {
      holdings.failed(this.#action, told, (error as Error).message)
      throw error
    }
  }
}

/** For whom a change by this holder is made. */
export function ownerOf({ plugin, provider, connection, adapter, fence }: HeldAdapter): Owner {
  return { plugin, provider, connection, adapter: adapter.id, fence }
}

/** @throws NOT_ALLOWED when the plugin has changed as much as it may */
export function checkRoom(ledger: Ledger, plugin: string): void {
  const count = ledger.entries((owner) => owner.plugin === plugin).length
  if (count < changesLimit) return
  throw claimdError('NOT_ALLOWED', {
    message: `plugin ${plugin} may not change more links: ${count} of its changes stand`,
    found: `${count} changes that are not taken back`,
    expected: `at most ${changesLimit}`,
    remedy: 'take back what is not needed any more',
  })
}
