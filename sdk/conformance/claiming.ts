import type { Adapter } from '../adapter.js'
import type { Answered, Bench, Claimed, RunningPlugin } from './bench.js'

/** The contract's limits for answers that are put off. */
export const pendingLimits = { times: 3, ms: 5000 }

/** Offers an adapter as the host would: asks again while the provider cannot tell yet. */
export function offer(plugin: RunningPlugin, provider: string, adapter: Adapter): Promise<Answered> {
  return settle(() => plugin.offer(provider, adapter))
}

/** Asks until the answer is not put off any more, within the contract's limits. */
export async function settle(ask: () => Promise<Answered>): Promise<Answered> {
  let answered = await ask()
  let waited = 0
  for (let times = 1; times <= pendingLimits.times; times++) {
    const { answer } = answered
    if (answer.result !== 'PENDING') break
    waited += answer.retryAfterMs
    if (waited > pendingLimits.ms) break
    await delay(answer.retryAfterMs)
    answered = await ask()
  }
  return answered
}

/** Makes a provider claim an adapter, and tells it that the claim stands. @returns as {@link firstClaim} */
export async function claimOne(bench: Bench, plugin: RunningPlugin): Promise<Claimed | null> {
  const claim = await firstClaim(bench, plugin)
  if (claim) plugin.claimed(claim)
  return claim
}

/**
 * Makes a provider claim an adapter, which the host has not accepted yet.
 * @returns `null` when none of its providers claims any
 */
export async function firstClaim(bench: Bench, plugin: RunningPlugin): Promise<Claimed | null> {
  for (const { id } of bench.plugin.providers) {
    for (const adapter of bench.fitting(id)) {
      const { claim } = await offer(plugin, id, adapter)
      if (claim) return claim
    }
  }
  return null
}

/** What a case says that needs a claim when there is none. */
export const nothingClaimed = 'the plugin claimed none of the adapters that it was offered'

/** An answer in a few words. */
export function told({ answer, late }: Answered): string {
  if (late) return 'no answer in time'
  if (answer.result === 'SUCCESS') return `SUCCESS for connection ${JSON.stringify(answer.connection)}`
  if (answer.result === 'PENDING') return `PENDING for ${answer.retryAfterMs} ms`
  return answer.reason === undefined ? answer.result : `${answer.result} (${answer.reason})`
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
