/**
 * A claimd plugin with one provider. claimd starts it, in a process of its own, when an adapter is there that
 * fits a `match` rule of package.json, and asks its provider: is this adapter yours?
 *
 * The whole contract is in the comments of these types; an editor shows them. A plugin may import values of
 * '@claimd/sdk' as well, such as resultCodes: the host provides it, in its own version, when the plugin runs.
 */
import type { Adapter, PluginContext } from '@claimd/sdk'

/** Why the adapter is not ours, in words for the operator (`claimd explain` shows them); `null` when it is. */
function objection(adapter: Adapter): string | null {
  // The match rule says so too; but it may be made wider later.
  if (!adapter.name.startsWith('__ID__')) return `${adapter.name} is not called __ID__…`
  if (!adapter.up) return `${adapter.name} is down`
  if (adapter.addresses.length === 0) return `${adapter.name} has no address`
  return null
}

/** Registers what the manifest contributes. Everything that a plugin may do comes through the context. */
export function activate(context: PluginContext): void {
  // The id is the one in contributes.providers of package.json.
  context.providers.register('__ID__', {
    /**
     * Is this adapter yours? Look and answer, and change nothing: an offer is a question. The same adapter
     * asked about twice gets the same answer. `connection` is a name that claimd suggests; `volatile` says
     * that the connection lives as long as the claim. An answer that takes time may be a promise; it has 2 s,
     * and `signal` aborts when nobody waits for it any more.
     */
    claimConnection({ adapter, connection }) {
      const reason = objection(adapter)
      return reason === null
        ? {
            result: 'SUCCESS',
            connection,
            volatile: true,
            evidence: `it has ${adapter.addresses.join(', ')}`,
          }
        : { result: 'INVALID_CONNECTION', reason }
    },

    /** Is it still yours? Asked after a restart, after a reload, and when something about the adapter changed. */
    verify({ adapter, connection }) {
      const reason = objection(adapter)
      return reason === null ? { result: 'SUCCESS', connection } : { result: 'INVALID_CONNECTION', reason }
    },

    /** No longer yours: the link is gone, an operator released it, or the answer came too late. */
    released({ adapter, reason }) {
      context.log(`${adapter.name} is not mine any more: ${reason}`)
    },
  })
}
