import type { Action } from '../claims/acting.js'
import type { Context } from '../claims/context.js'
import { refuseAction } from '../claims/rules.js'
import { findHeld, type HeldAdapter, heldBy } from '../claims/views.js'
import { claimdError } from '../errors.js'
import type { Engine } from './engine.js'

/** Who holds what, for those who act for a holder. It shows only what is durable. */
export class Holdings {
  constructor(private readonly engine: Engine) {}

  heldBy(plugin: string): HeldAdapter[] {
    return heldBy(this.context, plugin)
  }

  /** By which claim the adapter with this id is held; `null` when nobody holds it. */
  find(adapter: string): HeldAdapter | null {
    return findHeld(this.context, adapter)
  }

  /**
   * Rule 7, before anything is done: by which claim the plugin may act. A refusal is recorded.
   * @throws NOT_THE_HOLDER
   */
  admit(action: Action): HeldAdapter {
    // A plugin acts as soon as it has answered; that answer may still be in the queue.
    this.engine.turn()
    const { context } = this
    const because = refuseAction(context.adapters.get(action.adapter), action)
    const held = findHeld(context, action.adapter)
    if (because === null && held) return held
    const reason = because ?? 'nobody holds it'
    this.engine.submit({ ...action, type: 'action-refused', because: reason })
    throw claimdError('NOT_THE_HOLDER', {
      message: `plugin ${action.plugin} may not ${action.what}: ${reason}`,
      found: `adapter ${action.adapter} and fence ${action.fence}`,
      expected: 'an adapter that the plugin holds, and the fence of that claim',
      remedy:
        'act only from the claim on, with the fence that the offer or the verify carried, until `released`',
    })
  }

  /**
   * What was admitted is being done.
   * @param changes what the link source will tell of it, such as `10.0.0.1/24 added` or `came up`: told by the
   *   source within some seconds, it counts as the holder's doing and not as one from outside
   */
  acted(action: Action, changes: readonly string[]): void {
    this.engine.submit({ ...action, type: 'acted', changes })
  }

  private get context(): Context {
    this.engine.catchUp()
    return this.engine.claims.context
  }
}
