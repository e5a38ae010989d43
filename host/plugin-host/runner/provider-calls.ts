import type {
  Answer,
  ConnectionCall,
  DialCall,
  Failure,
  Offer,
  Progress,
  Provider,
  ResultCode,
} from '@claimd/sdk'
import type { ActParams, Call } from '@claimd/sdk/wire'
import { deepFreeze } from './active-plugin.js'
import type { RunningCall } from './running-call.js'

/** Calls the method of a provider that the host asks for. @returns its answer, or a promise of it */
export function callProvider(provider: Provider, call: Call, running: RunningCall): unknown {
  switch (call.method) {
    case 'claimConnection':
      if (!provider.claimConnection) return { result: 'NOT_SUPPORTED', reason: 'it does not claim adapters' }
      return provider.claimConnection(offerOf(call, running))
    case 'verify': {
      const offer = offerOf(call, running)
      if (!provider.verify) return verifyByClaiming(provider, offer)
      return provider.verify(Object.assign(offer, { evidence: call.evidence }))
    }
    case 'resources': {
      if (!provider.resources) return notImplemented(call.method)
      return provider.resources(Object.assign(callOf(call, running), { adapters: call.adapters }))
    }
    case 'validate':
      return provider.validate ? provider.validate(callOf(call, running)) : notImplemented(call.method)
    case 'status':
      return provider.status ? provider.status(dialOf(call, running)) : notImplemented(call.method)
    case 'typeSpecific':
      if (!provider.typeSpecific) return notImplemented(call.method)
      return provider.typeSpecific(dialOf(call, running))
  }
}

/** The same for an operation. @param progress told by the provider while it connects */
export function actOnProvider(
  provider: Provider,
  act: ActParams,
  running: RunningCall,
  progress: (progress: Progress) => void,
): unknown {
  const { kind, origin } = act
  if (kind === 'connect') {
    if (!provider.connect) return notImplemented(kind)
    return provider.connect(Object.assign(dialOf(act, running), { progress }))
  }
  // What somebody else brought up, this provider does not take down, whatever it would say itself.
  if (origin === 'out-of-band') {
    return { result: 'NOT_SUPPORTED', reason: 'it was brought up by somebody else' } satisfies Failure
  }
  if (!provider.disconnect) return notImplemented(kind)
  return provider.disconnect(Object.assign(dialOf(act, running), { origin }))
}

type AdapterCall = Extract<Call, { method: 'claimConnection' | 'verify' }>
type Called = Pick<ActParams, 'connection' | 'type' | 'config'>

function offerOf({ adapter, connection, fence }: AdapterCall, running: RunningCall): Offer {
  return {
    adapter: deepFreeze(adapter),
    connection,
    fence,
    get signal() {
      return running.signal
    },
  }
}

function callOf({ connection, type, config }: Called, running: RunningCall): ConnectionCall {
  return {
    connection,
    type,
    config: deepFreeze(config),
    get signal() {
      return running.signal
    },
  }
}

function dialOf(call: Called & Pick<DialCall, 'adapter' | 'fence'>, running: RunningCall): DialCall {
  return Object.assign(callOf(call, running), { adapter: deepFreeze(call.adapter), fence: call.fence })
}

/** The host knows what it means that a method is missing. */
function notImplemented(method: string): { result: ResultCode; reason: string } {
  return { result: 'NOT_IMPLEMENTED', reason: `it has no method ${method}` }
}

/** Without `verify`, a provider is offered the adapter again: the same name is a yes. */
async function verifyByClaiming(provider: Provider, offer: Offer): Promise<Answer> {
  if (!provider.claimConnection) return { result: 'NOT_SUPPORTED', reason: 'it does not verify claims' }
  const answer = await provider.claimConnection(offer)
  if (answer?.result !== 'SUCCESS' || answer.connection === offer.connection) return answer
  return { result: 'INVALID_CONNECTION', reason: `it now answers with the connection ${answer.connection}` }
}
