import type { JournalFilter } from '@claimd/sdk'
import { parseAdapterWord } from '../core/adapters/adapter-name.js'
import { compileAdapterPatterns } from '../core/claims/adapter-pattern.js'
import { isGlob } from '../core/claims/glob.js'
import { nearest } from '../core/documents/nearest.js'
import { claimdError, type ErrorCode } from '../core/errors.js'
import { shellWord } from '../core/shell-word.js'
import type { ControlClient } from './client.js'

type Key = 'adapter' | 'connection' | 'plugin'

/** The words of a filter that name something which is not there now. */
interface Absent {
  key: Key
  words: string[]
  /** All names that there are now. */
  names: string[]
}

const errors = {
  adapter: 'ADAPTER_NOT_FOUND',
  connection: 'CONNECTION_NOT_FOUND',
  plugin: 'PLUGIN_NOT_FOUND',
} as const satisfies Record<Key, ErrorCode>

/**
 * Refuses a plain name in a filter of events that is there neither now nor in the journal: it is most likely misspelt, and
 * would be waited for in vain. A pattern may come to fit something later.
 * @param waits whether events that are still to come are wanted
 * @returns a sentence for each word that fits nothing now
 * @throws ADAPTER_NOT_FOUND, CONNECTION_NOT_FOUND, PLUGIN_NOT_FOUND
 */
export async function checkNames(
  client: ControlClient,
  filter: Pick<JournalFilter, Key>,
  waits: boolean,
): Promise<string[]> {
  const all = [
    await absentAdapters(client, filter.adapter ?? []),
    await absentConnections(client, filter.connection ?? []),
    await absentPlugins(client, filter.plugin ?? []),
  ]
  for (const { key, words, names } of all) {
    for (const word of words) {
      if (isPlain(key, word) && !(await isInJournal(client, { [key]: [word] })))
        throw neverThere(key, word, names, waits)
    }
  }
  return all.flatMap(({ key, words, names }) => words.map((word) => noneNow(key, word, names)))
}

async function absentAdapters(client: ControlClient, patterns: readonly string[]): Promise<Absent> {
  const { adapters } = patterns.length > 0 ? await client.adapters() : { adapters: [] }
  const isThere = (pattern: string) => {
    const fits = compileAdapterPatterns([pattern], () => false)
    return adapters.some(({ id, name, alternativeNames }) => fits({ id, names: [name, ...alternativeNames] }))
  }
  const names = adapters.flatMap(({ name, alternativeNames }) => [name, ...alternativeNames])
  return { key: 'adapter', words: patterns.filter((pattern) => !isThere(pattern)), names }
}

async function absentConnections(client: ControlClient, globs: readonly string[]): Promise<Absent> {
  const { connections } = globs.length > 0 ? await client.connections() : { connections: [] }
  const names = connections.map(({ name }) => name)
  return { key: 'connection', words: absentFrom(names, globs), names }
}

async function absentPlugins(client: ControlClient, globs: readonly string[]): Promise<Absent> {
  const { plugins } = globs.length > 0 ? await client.plugins() : { plugins: [] }
  const names = plugins.flatMap(({ name }) => [name, name.slice(name.lastIndexOf('/') + 1)])
  return { key: 'plugin', words: absentFrom(names, globs), names }
}

function absentFrom(names: readonly string[], globs: readonly string[]): string[] {
  return globs.filter((glob) => !isGlob(glob) && !names.includes(glob))
}

/** Whether it names one thing, and is no pattern. */
function isPlain(key: Key, word: string): boolean {
  return !isGlob(word) && (key !== 'adapter' || parseAdapterWord(word).form === 'any')
}

async function isInJournal(client: ControlClient, filter: JournalFilter): Promise<boolean> {
  for await (const _ of client.journal({ ...filter, limit: 1 })) return true
  return false
}

function neverThere(key: Key, word: string, names: readonly string[], waits: boolean) {
  const meant = nearest(word, names)
  const remedies = [
    meant === null ? `see: claimd ${key}s${key === 'adapter' ? ' --all' : ''}` : `did you mean ${meant}?`,
    ...(waits && key === 'adapter' ? [`to wait for one: --adapter ${shellWord(`name:${word}`)}`] : []),
  ]
  return claimdError(errors[key], {
    message: `there is no ${key} ${word}, and the journal tells of none`,
    found: word,
    expected: `the name of ${key === 'adapter' ? 'an' : 'a'} ${key} that is there or was, or a pattern`,
    remedy: remedies.join('; '),
  })
}

function noneNow(key: Key, word: string, names: readonly string[]): string {
  const meant = nearest(parseAdapterWord(word).text, names)
  const suggestion = meant === null ? '' : `; did you mean ${meant}?`
  return key === 'adapter'
    ? `no adapter fits ${word} now${suggestion}`
    : `there is no ${key} ${word} now${suggestion}`
}
