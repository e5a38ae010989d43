import type { ConnectionEvents } from '@claimd/sdk'
import type { Sentences } from './sentences.js'

export const connectionSentences: Sentences<keyof ConnectionEvents> = {
  'connection-added': ({ connection, connectionType, who }) =>
    `connection ${connection} of type ${connectionType} was configured${by(who)}`,
  'connection-edited': ({ connection, who, deferred }) =>
    `connection ${connection} is configured in another way${by(who)}${deferred ? '; that counts from its next connect on' : ''}`,
  'connection-deleted': ({ connection, who }) =>
    `connection ${connection} is not configured any more${by(who)}`,
  'connection-hidden': ({ connection }) =>
    `connection ${connection} of the configuration file is used, and not the one of that name that was added by a command`,
  'connection-state': ({ connection, state, because }) => `connection ${connection} is ${state}: ${because}`,
  'connect-progress': ({ connection, text }) => `connection ${connection}: ${text}`,
  'request-opened': ({ connection, request, what, who }) =>
    `${who} asks for connection ${connection} to be ${what}ed (request ${request})`,
  'request-completed': ({ connection, request, what, outcome }) =>
    `request ${request} to ${what} ${connection} is completed: ${outcome}`,
  'hold-placed': ({ connection, owner }) => `connection ${connection} is wanted by ${owner}`,
  'hold-ended': ({ connection, owner, because }) =>
    `connection ${connection} is no longer wanted by ${owner}: ${because}`,
  'connects-stopped': ({ connection, who }) =>
    `${who} disconnected ${connection}: it is not connected by itself until somebody connects it`,
  'take-over-begun': ({ name, connection, who, reason }) =>
    `${who} has ${name} taken over for connection ${connection}: ${reason}`,
  'take-over-undone': ({ name, provider, because }) =>
    `${name} is held by the claim of ${provider} again: ${because}`,
}

function by(who: string | null): string {
  return who === null ? ' in the configuration file' : ` by ${who}`
}
