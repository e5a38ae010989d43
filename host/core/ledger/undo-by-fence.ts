import type { UndoneEvent, UndoPort } from '../kernel/provider-port.js'
import { whatStays } from './describe-undoing.js'
import type { Ledger } from './ledger.js'

/**
 * Takes back what was made with a fence, newest first. The ledger does so one undo after the other, so two calls with one
 * fence do it once; each is answered by an event of its own, which names what is still left.
 */
export class UndoByFence implements UndoPort {
  constructor(
    private readonly ledger: Pick<Ledger, 'undo'>,
    private readonly told: (event: UndoneEvent) => void,
  ) {}

  undo(fence: number): void {
    this.ledger
      .undo((owner) => owner.fence === fence)
      .then(
        (undoings) => whatStays(undoings),
        // Whoever waits for the end of it must hear of one.
        (error: Error) => [error.message],
      )
      .then((left) => this.told({ type: 'undone', fence, left }))
  }
}
