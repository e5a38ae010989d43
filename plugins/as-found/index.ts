import type { Adapter, Answer, PluginContext } from '@claimd/sdk'

/**
 * The safety net: an adapter that is up with a global address, and that no other provider wants, was set up
 * by somebody. It is claimed as found, so that nobody who goes through claimd takes it down by mistake. The
 * claim is of the `generic` band: any provider that knows the adapter better takes it over.
 */
export function activate(context: PluginContext): void {
  context.providers.register('as-found', {
    claimConnection({ adapter, connection }) {
      if (!adapter.up) return no('it is down')
      return answer(adapter, connection, 'it has no global address')
    },
    // Down alone is no reason to let go: what somebody takes down, somebody will take up again.
    verify: ({ adapter, connection }) => answer(adapter, connection, 'it has no global address any more'),
  })
}

function answer(adapter: Adapter, connection: string, otherwise: string): Answer {
  const global = adapter.addresses.filter(isGlobal)
  if (global.length === 0) return no(otherwise)
  return { result: 'SUCCESS', connection, volatile: true, evidence: `found with ${global.join(', ')}` }
}

function no(reason: string): Answer {
  return { result: 'INVALID_CONNECTION', reason }
}

/** Neither loopback nor link-local; private ranges count, since they reach beyond the link. */
function isGlobal(address: string): boolean {
  return !/^(127\.|169\.254\.|0\.|::1\/|fe[89ab])/i.test(address)
}
