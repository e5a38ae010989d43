import type { Sentences } from './sentences.js'

/** Of the events about plugins, what does not come from the plugin host. */
export const pluginSentences: Sentences<'plugin-undone'> = {
  'plugin-undone': ({ who, outcome }) => `${who} had ${outcome}`,
}
