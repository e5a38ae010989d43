// The smallest useful provider, to copy from. Outside of claimd's repository it is built with
// `npm install typescript CHECKOUT/sdk && npx tsc`. Drop the folder where claimd looks for plugins, and it is asked about every adapter that fits a `match` rule of its package.json.

// Only types are imported here; values of the SDK, such as resultCodes, can be imported as well.
import type { PluginContext } from '@claimd/sdk'

export function activate(context: PluginContext): void {
  // 'hello' is the id from contributes.providers in package.json.
  context.providers.register('hello', {
    // Is this adapter yours? Look, do not touch; say no with a reason, which `claimd explain` shows.
    claimConnection({ adapter, connection }) {
      if (!adapter.name.startsWith('hello')) {
        return { result: 'INVALID_CONNECTION', reason: `${adapter.name} is not called hello…` }
      }
      if (!adapter.up) {
        return { result: 'INVALID_CONNECTION', reason: `${adapter.name} is down` }
      }
      // Yes. The connection lives as long as the claim (volatile), under the name that claimd suggests.
      return { result: 'SUCCESS', connection, volatile: true, evidence: `${adapter.name} is up` }
    },

    // Still yours? Asked after a restart and when the adapter's addresses change.
    verify({ connection }) {
      return { result: 'SUCCESS', connection }
    },

    // No longer yours: the link is gone, an operator released it, or your answer came too late.
    released({ adapter, reason }) {
      context.log(`${adapter.name} is not mine any more: ${reason}`)
    },
  })
}
