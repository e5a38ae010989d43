// A provider that connects, to copy from; hello-provider shows one that only claims. An operator configures a connection of the
// type `dial`, and `claimd connect NAME` has this provider set its address on a link called dial….

import type { Adapter, ConnectionCall, LinksService, PluginContext } from '@claimd/sdk'

/** The manifest's schema has checked that it is there, and a text. */
function addressOf({ config }: Pick<ConnectionCall, 'config'>): string {
  return String(config.address)
}

/** Why the connection is not up on the adapter; `null` when it is. */
function objection(adapter: Adapter, address: string): string | null {
  if (!adapter.up) return `${adapter.name} is down`
  return adapter.addresses.includes(address) ? null : `${adapter.name} does not have ${address}`
}

/** Looks until the kernel lets the address be used, at most for 5 s. An abort ends it at once. */
async function usable(links: LinksService, id: string, fence: number, address: string, signal: AbortSignal) {
  for (let looks = 0; looks < 50; looks++) {
    signal.throwIfAborted()
    const adapter = await links.look(id, fence)
    if (objection(adapter, address) === null) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

export function activate(context: PluginContext): void {
  const { links } = context
  context.providers.register('dial', {
    // Which adapters could the connection use? Those given are free; asked before anything is reserved. It changes nothing.
    resources({ adapters }) {
      const fitting = adapters.filter(({ name }) => name.startsWith('dial'))
      if (fitting.length > 0) return { result: 'SUCCESS', adapters: fitting.map(({ id }) => id) }
      // `cause` is for programs, `reason` for people.
      const reason = 'no link called dial… is free'
      return { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-adapter', reason }
    },

    // Can this `config` be connected? Asked when it is configured: here stands what the schema cannot say.
    validate(call) {
      const address = addressOf(call)
      if (/^[^/]+\/\d+$/.test(address)) return { result: 'SUCCESS' }
      const fault = { field: 'address', found: address, expected: 'an address with its prefix length' }
      return { result: 'INCONSISTENT_CONFIGURATION', reason: 'the address cannot be used', faults: [fault] }
    },

    // Bring it up. The adapter is reserved for it, and the fence lets this provider change it. What is done through
    // context.links the host writes down first and takes back by itself: after a failure or an abort, and when the
    // connection is disconnected. So there is nothing to clean up here. What throws is a failure, with its message.
    async connect({ adapter, fence, progress, signal, ...call }) {
      if (adapter === null) return { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-adapter' }
      const address = addressOf(call)
      await links.up(adapter.id, fence)
      signal.throwIfAborted()
      await links.addAddress(adapter.id, fence, address)
      progress({ state: 'waiting-for-ip', text: `waiting until ${address} can be used` })
      // SUCCESS means that it can be used now.
      if (await usable(links, adapter.id, fence, address, signal))
        return { result: 'SUCCESS', evidence: `${address} on ${adapter.name}` }
      const reason = `${address} cannot be used on ${adapter.name}`
      return { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-address', reason }
    },

    // Take it down: here is room for what the host knows nothing of, such as a call to the other side. It is called after a
    // failed connect as well, perhaps in another process and perhaps twice. A link that somebody else brought up stays up.
    disconnect({ origin }) {
      return { result: origin === 'dialled' ? 'SUCCESS' : 'NOT_SUPPORTED' }
    },

    // Is it still up? Asked after a restart, and when the link changed.
    status({ adapter, ...call }) {
      const reason = adapter === null ? 'its link is gone' : objection(adapter, addressOf(call))
      if (reason !== null) return { result: 'SUCCESS', state: 'disconnected', reason }
      return { result: 'SUCCESS', state: adapter?.carrier === false ? 'suspended' : 'connected' }
    },

    // What else is there to be told of it while it is up? `claimd connection show` asks when somebody looks.
    typeSpecific({ adapter }) {
      return { result: 'SUCCESS', info: { 'addresses on the link': adapter?.addresses.length ?? 0 } }
    },

    // Is this adapter yours? Somebody else may have set the address of a configured connection: then claimd protects that
    // link, and does not connect it.
    claimConnection({ adapter }) {
      const reasons: string[] = []
      for (const one of context.connections.configured()) {
        const reason = objection(adapter, addressOf(one))
        if (reason === null) return { result: 'SUCCESS', connection: one.name, evidence: addressOf(one) }
        reasons.push(`${one.name}: ${reason}`)
      }
      return { result: 'INVALID_CONNECTION', reason: reasons.join('; ') || 'no connection is configured' }
    },
  })
}
