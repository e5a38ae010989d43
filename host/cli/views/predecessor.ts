import type { Predecessor } from '@claimd/sdk'
import type { Page } from '../page.js'
import { ago, localTime } from '../time.js'

/** What an adapter was before its link was made again. */
export function describePredecessor({ id, until, provider }: Predecessor, { now }: Page): string {
  const held = provider === null ? 'held by no provider' : `held by ${provider}`
  return `it was ${id} until ${localTime(until, now)} (${ago(until, now)}), ${held}`
}
