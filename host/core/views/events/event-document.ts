import type { EventDetails, EventDocument, EventType } from '@claimd/sdk'
import { aboutOf, type StoredEvent } from '../../kernel/journal-event.js'
import { actionSentences } from './action-sentences.js'
import { adapterSentences } from './adapter-sentences.js'
import { claimSentences } from './claim-sentences.js'
import { connectionSentences } from './connection-sentences.js'
import { configurationSentences, daemonSentences } from './daemon-sentences.js'
import { pluginSentences } from './plugin-sentences.js'
import type { Sentences } from './sentences.js'

const sentences: Sentences<EventType> = {
  ...adapterSentences,
  ...claimSentences,
  ...connectionSentences,
  ...actionSentences,
  ...pluginSentences,
  ...configurationSentences,
  ...daemonSentences,
}

/**
 * An event as everybody but the store sees it: with its sentence, which is made here and nowhere stored, and with what it
 * is about. Earlier versions stored the sentence, and not what an event is about: such events keep the one, and the other
 * is found from what they hold.
 */
export function eventDocument(event: StoredEvent): EventDocument {
  const { revision, at, type, adapter, name, about, message, ...details } = event
  return {
    revision,
    at,
    type,
    adapter,
    name,
    about: about ?? aboutOf(adapter, details),
    message: message ?? sentenceOf(event),
    ...details,
  } as EventDocument
}

/** Whether the sentence of an event of this type names the adapter that it is about. */
export function namesAdapter(type: string): boolean {
  return type in adapterSentences || type in claimSentences || namingActions.has(type)
}

const namingActions: ReadonlySet<string> = new Set<EventType>(['acts', 'action-refused', 'act-failed'])

/** The sentence of something that no adapter is the subject of, before it is an event. */
export function sentenceOfNote<Type extends EventType>(note: { type: Type } & EventDetails[Type]): string {
  return sentenceOf({ ...note, name: null })
}

function sentenceOf(event: { type: string; name: string | null }): string {
  const make = sentences[event.type as EventType] as ((event: object) => string) | undefined
  return make?.(event) ?? event.type
}
