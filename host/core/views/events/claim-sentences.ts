import type { ClaimEvents, Rationed } from '@claimd/sdk'
import type { Sentences } from './sentences.js'

export const claimSentences: Sentences<keyof ClaimEvents> = {
  claimed: ({ name, provider, connection, evidence }) =>
    `${name} is claimed: ${holds(provider, connection)}${evidence ? ` (${evidence})` : ''}`,
  'handed-over': ({ name, from, provider, connection }) =>
    `${name} passed from ${from}: ${holds(provider, connection)}`,
  verified: ({ name, provider }) => `${provider} confirmed that it holds ${name}`,
  'verify-pending': ({ name, provider, because }) =>
    `${provider} cannot tell yet whether it still holds ${name}: ${because}`,
  orphaned: ({ name, provider, because }) =>
    `${name} stays protected, but ${provider} cannot answer for it: ${because}`,
  'given-up': ({ name, cause }) => `${name} stays protected until it has a new holder: ${cause}`,
  'claim-restored': ({ name, provider, connection }) =>
    `${name} is protected again for connection ${connection}; ${provider} has yet to confirm it`,
  'claim-ended': ({ name, provider, cause }) => `the claim of ${provider} on ${name} ended: ${cause}`,
  released: ({ name, who, reason }) => `${name} was released by ${who}: ${reason}`,
  'release-ended': ({ name, who }) => `${name} may be offered again: ${who} asked for it`,
  'connection-renamed': ({ name, connection, from }) =>
    `${name} is held for connection ${connection} now: ${from} is configured`,
  refused: (event) => {
    const what =
      'refusal' in event
        ? event.refusal
        : `${event.count} claimed connection${event.count === 1 ? '' : 's'} may not be disconnected`
    return rationed(`${event.who} was refused: ${what}`, event)
  },
  'answer-void': ({ name, provider }) =>
    `${provider} answered too late that ${name} is its own: nothing was claimed`,
}

function holds(provider: string, connection: string): string {
  return `${provider} holds it for connection ${connection}`
}

/** With how often the same happened before without being recorded. */
export function rationed(what: string, { unrecorded }: Pick<Rationed, 'unrecorded'>): string {
  return unrecorded === 0 ? what : `${what} (and ${unrecorded} times before that, not recorded one by one)`
}
