import type { Adapter, ClaimdError } from '@claimd/sdk'
import type { Difference } from './adapters/changes.js'
import type { Action } from './claims/acting.js'
import type { Context } from './claims/context.js'
import { dialledBy, standsFor } from './claims/dialling.js'
import { refuseAction } from './claims/rules.js'
import { findHeld, type HeldAdapter, heldBy, heldWith } from './claims/views.js'
import type { Adopting, Making } from './connections/made-links.js'
import type { CoreEngine } from './core-engine.js'
import { claimdError } from './errors.js'

/** Who holds what, for those who act for a holder. It shows only what is durable. */
export class Holdings {
  constructor(private readonly engine: CoreEngine) {}

  heldBy(plugin: string): HeldAdapter[] {
    return heldBy(this.context, plugin)
  }

  /** By which claim or connect the adapter with this id is held; `null` when nobody holds it. */
  find(adapter: string): HeldAdapter | null {
    return findHeld(this.context, adapter)
  }

  /** Everything that goes when the link with this index is removed: itself, its peer, and what stands on them. */
  heldWith(index: number): HeldAdapter[] {
    return heldWith(this.context, index)
  }

  /** Whether a take-over by the connect with this fence has succeeded, and its connection is still there. */
  hasTakenOver(fence: number | null): boolean {
    return fence !== null && dialledBy(this.context, fence)?.holding?.connected === true
  }

  /** The connection that this fence still stands for; `null` when its claim or attempt is over. */
  standsFor(fence: number | null): string | null {
    return fence === null ? null : standsFor(this.context, fence)
  }

  /** Rule 5: claimd is being stopped, and what plugins do meanwhile is no reason to touch a link. */
  get isStopped(): boolean {
    return this.engine.isStopped
  }

  /**
   * Rule 7, before anything is done: by which claim or connect the plugin may act. A refusal is recorded.
   * @throws NOT_ALLOWED
   */
  admit(action: Action): HeldAdapter {
    if (this.isStopped) throw this.refuse(action, 'claimd is being stopped, which touches no link')
    // Its `SUCCESS`, sent before this call, may still be in the queue; it counts if it is accepted now.
    this.engine.turn()
    const { context } = this
    const because = refuseAction(context.adapters.get(action.adapter), action, context.undoing)
    const held = findHeld(context, action.adapter)
    if (because === null && held) return held
    throw this.refuse(action, because ?? 'nobody holds it')
  }

  /**
   * A plugin is about to make links of these names for a connect of its own that was given no adapter: they are offered to nobody.
   * @returns for what they are. @throws NOT_ALLOWED
   */
  readonly makes = (making: Making): Promise<{ connection: string; provider: string }> =>
    this.engine.ask({ type: 'make-links', ...making })

  /** The link is the adapter of that connect. @returns it; `null` while it is not known. @throws NOT_ALLOWED */
  readonly adopt = async (adopting: Adopting): Promise<Adapter | null> => {
    const { adapter } = await this.engine.ask({ type: 'adopt-link', ...adopting })
    return adapter
  }

  /** Records that a plugin may not do something. @returns the error to throw */
  refuse(action: Action, because: string): ClaimdError {
    this.engine.submit({ ...action, type: 'action-refused', because })
    return claimdError('NOT_ALLOWED', {
      message: `plugin ${action.plugin} may not ${action.what}: ${because}`,
      found: because,
      expected:
        'an adapter that the plugin holds, the fence of that claim or connect, and what was made through the host',
      remedy:
        'for a claim, act from `claimed` on, or from `verify` on after a restart, until `released`; for a connection of your own, from `connect` on until `disconnect` was answered; each with the fence that these carry',
    })
  }

  /**
   * What was admitted is about to be done.
   * @param changes what the link source will tell of it: told by the source within some seconds, it counts as the holder's doing and not as one from outside
   */
  acts(action: Action, changes: readonly Difference[]): void {
    this.engine.submit({ ...action, type: 'acts', changes })
  }

  /** It could not be done. @param changes as they were given before */
  failed(action: Action, changes: readonly Difference[], because: string): void {
    this.engine.submit({ ...action, type: 'act-failed', changes, because })
  }

  private get context(): Context {
    this.engine.catchUp()
    return this.engine.claims.context
  }
}
