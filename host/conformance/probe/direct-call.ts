import type { Adapter } from '@claimd/sdk'
import type { Called } from '@claimd/sdk/conformance'
import { plain, textOf } from './plain-text.js'
import type { ProbeRequest } from './requests.js'

/** Calls a method of a provider as the host would, and looks at how it ends. */
export async function callDirectly(
  provider: Record<string, unknown> | undefined,
  request: Extract<ProbeRequest, { do: 'call' }>,
  adapter: Adapter,
): Promise<Called> {
  const { method, connection, fence, configured, abortAfterMs, patienceMs, frozen } = request
  const called: Called = { exists: false, threw: null, settledMs: null, wroteToAdapter: false }
  const action = provider?.[method]
  if (typeof action !== 'function') return called
  called.exists = true
  const given: Adapter = structuredClone(adapter)
  if (frozen) {
    Object.freeze(given.addresses)
    Object.freeze(given)
  }
  const before = JSON.stringify(given)
  const controller = new AbortController()
  // A claim is what is disconnected here.
  const more = method === 'disconnect' ? { ...configured, origin: 'out-of-band' } : {}
  const offer = { id: 'conformance', adapter: given, connection, fence, signal: controller.signal, ...more }
  let since = performance.now()
  let timer: NodeJS.Timeout | undefined
  const later = (ms: number) =>
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
  const settled = (async () => action.call(provider, offer))().then(
    (answer) => {
      called.answer = briefly(answer)
      called.settledMs = Math.max(0, performance.now() - since)
    },
    (thrown) => {
      called.threw = textOf(thrown)
      called.settledMs = Math.max(0, performance.now() - since)
    },
  )
  if (abortAfterMs !== null) {
    if (abortAfterMs > 0) await Promise.race([later(abortAfterMs), settled])
    clearTimeout(timer)
    since = performance.now()
    controller.abort()
  }
  await Promise.race([settled, later(patienceMs)])
  clearTimeout(timer)
  called.wroteToAdapter = JSON.stringify(given) !== before
  return called
}

function briefly(answer: unknown): NonNullable<Called['answer']> {
  const { result, reason, connection } = Object(answer)
  const fields = Object.entries({ result, reason, connection }).filter(
    ([, value]) => typeof value === 'string',
  )
  return Object.fromEntries(fields.map(([key, value]) => [key, plain(value)]))
}
