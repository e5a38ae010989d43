import type { LinkSource } from '../adapters/link.js'
import type { UndoneEvent, UndoPort } from '../kernel/provider-port.js'
import { whatStays } from './describe-undoing.js'
import type { Ledger } from './ledger.js'

/**
 * Takes back what was made with a fence, newest first. The ledger does so one undo after the other, so two calls with one
 * fence do it once; each is answered by an event of its own, which names what is still left.
 */
export class UndoByFence implements UndoPort {
  /** @param links where changes are told; default: they are not waited for */
  constructor(
    private readonly ledger: Pick<Ledger, 'undo'>,
    private readonly told: (event: UndoneEvent) => void,
    private readonly links: Pick<LinkSource, 'catchUp'> | null = null,
  ) {}

  undo(fence: number): void {
    this.ledger
      .undo((owner) => owner.fence === fence)
      .then(
        (undoings) => whatStays(undoings),
        // Whoever waits for the end of it must hear of one.
        (error: Error) => [error.message],
      )
      .then(async (left) => {
        // What it led to is known first: an adapter that is free again must not be offered as it was.
        await this.links?.catchUp()
        this.told({ type: 'undone', fence, left })
      })
  }
}
