import type { ActionEvents } from '@claimd/sdk'
import { rationed } from './claim-sentences.js'
import type { Sentences } from './sentences.js'

export const actionSentences: Sentences<keyof ActionEvents> = {
  acts: ({ plugin, what, name, target, unrecorded }) =>
    rationed(`plugin ${plugin} acts on ${name ?? target}, which it holds: ${what}`, { unrecorded }),
  'action-refused': ({ plugin, what, name, target, because, unrecorded }) =>
    rationed(`plugin ${plugin} may not ${what} on ${name ?? target}: ${because}`, { unrecorded }),
  'act-failed': ({ plugin, what, name, target, because, unrecorded }) =>
    rationed(`plugin ${plugin} could not ${what} on ${name ?? target}: ${because}`, { unrecorded }),
  'report-refused': ({ provider, connection, because, unrecorded }) =>
    rationed(`a report of ${provider} on connection ${connection} was refused: ${because}`, { unrecorded }),
  'link-made': ({ kind, link }) => `made the ${kind} link ${link}`,
  'link-removed': ({ link }) => `removed the link ${link}`,
  'permission-refused': ({ refusal, unrecorded }) =>
    unrecorded === 0
      ? refusal
      : `${refusal} (and ${unrecorded} refusals before that, not recorded one by one)`,
  undone: ({ plugin, change, because }) =>
    `taken back what plugin ${plugin} did: ${change}${because === null ? '' : `; ${because}`}`,
  'undo-failed': ({ plugin, change, because }) =>
    `could not be taken back, what plugin ${plugin} did: ${change}: ${because}`,
  'undo-unknown': ({ changes }) =>
    `made by claimd, but in no ledger, so it is left alone: ${changes.join('; ')}`,
  'undo-not-struck': ({ because }) => `a line of the undo ledger stays: ${because}`,
}
