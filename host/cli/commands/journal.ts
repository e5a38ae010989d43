import type { JournalFilter } from '@claimd/sdk'
import { nearest } from '../../core/documents/nearest.js'
import type { ControlClient } from '../client.js'
import type { Output } from '../output.js'
import { unfittingAdapters } from '../unfitting.js'
import { show } from '../views/event.js'

/** Prints what the journal holds, and nothing that comes later. */
export async function journal(client: ControlClient, output: Output, filter: JournalFilter): Promise<void> {
  let printed = 0
  for await (const event of client.journal(filter)) {
    output.line(event, show)
    printed++
  }
  if (printed > 0) return
  for (const sentence of await suspicions(client, filter)) output.note(sentence)
  output.note('the journal holds no such event')
}

/** What is not there now may have been; where nothing was found it is most likely a slip. */
async function suspicions(
  client: ControlClient,
  { adapter = [], connection = [], plugin = [] }: JournalFilter,
): Promise<string[]> {
  const adapters = adapter.length > 0 ? await unfittingAdapters(client, adapter) : []
  const connections = connection.length > 0 ? (await client.connections()).connections : []
  const plugins = plugin.length > 0 ? (await client.plugins()).plugins : []
  return [
    ...adapters,
    ...unknown(
      'connection',
      connection,
      connections.map(({ name }) => name),
    ),
    ...unknown(
      'plugin',
      plugin,
      plugins.flatMap(({ name }) => [name, name.slice(name.lastIndexOf('/') + 1)]),
    ),
  ]
}

function unknown(what: string, words: readonly string[], names: readonly string[]): string[] {
  return words
    .filter((word) => !/[*?[]/.test(word) && !names.includes(word))
    .map((word) => {
      const meant = nearest(word, names)
      return `there is no ${what} ${word} now${meant === null ? '' : `; did you mean ${meant}?`}`
    })
}
