import type {
  AdapterFilter,
  AdapterState,
  ConnectionFilter,
  ConnectionState,
  JournalFilter,
} from '@claimd/sdk'
import { nearest } from '../core/documents/nearest.js'
import { shown } from '../core/documents/shown.js'
import { claimdError } from '../core/errors.js'
import { eventTypes } from './event-types.js'
import type { AdaptersQuery, ConnectionsQuery, JournalQuery } from './requests.schemas.js'

const adapterStates = [
  'ignored',
  'unmanaged',
  'offered',
  'claimed',
  'orphaned',
  'connecting',
  'managed',
  'absent',
] as const satisfies AdapterState[]

const connectionStates = [
  'disconnected',
  'disconnected-unavailable',
  'disconnected-disabled',
  'connecting',
  'connecting-associating',
  'connecting-authenticating',
  'connecting-waiting-for-ip',
  'connected',
  'suspended',
  'disconnecting',
] as const satisfies ConnectionState[]

/** @throws {ClaimdError} USAGE */
export function adapterFilter(query: AdaptersQuery): AdapterFilter {
  return defined({
    name: globs('name', query.name),
    state: oneOf('state', query.state, adapterStates),
    kind: globs('kind', query.kind),
    provider: globs('provider', query.provider),
    address: globs('address', query.address),
    plumbing: query.plumbing === undefined ? undefined : query.plumbing === 'true',
  })
}

/** @throws {ClaimdError} USAGE */
export function connectionFilter(query: ConnectionsQuery): ConnectionFilter {
  return defined({
    name: globs('name', query.name),
    state: oneOf('state', query.state, connectionStates),
    provider: globs('provider', query.provider),
    adapter: globs('adapter', query.adapter),
  })
}

/** @throws {ClaimdError} USAGE */
export function journalFilter(query: JournalQuery): JournalFilter {
  return defined({
    adapter: globs('adapter', query.adapter),
    connection: globs('connection', query.connection),
    plugin: globs('plugin', query.plugin),
    type: oneOf('type', query.type, eventTypes),
    since: query.since,
    until: query.until,
    after: query.after === undefined ? undefined : Number(query.after),
    limit: query.limit === undefined ? undefined : Number(query.limit),
  })
}

/** Reads types of events. @throws {ClaimdError} USAGE */
export function eventTypesIn(query: string | undefined): Set<string> | null {
  const types = oneOf('type', query, eventTypes)
  return types ? new Set(types) : null
}

function oneOf<Word extends string>(key: string, text: string | undefined, words: readonly Word[]) {
  return values(key, text)?.map((value) => {
    const word = words.find((one) => one === value)
    if (word !== undefined) return word
    const meant = nearest(value, words)
    throw claimdError('USAGE', {
      message: `'${key}' in the query is invalid`,
      parameter: key,
      found: shown(value),
      expected: `one of ${words.join(', ')}`,
      remedy: meant === null ? 'Name one of these, or leave it out' : `Did you mean "${meant}"?`,
    })
  })
}

/** Reads patterns, each once. @throws {ClaimdError} USAGE */
export function globs(key: string, text: string | undefined): string[] | undefined {
  const patterns = values(key, text)
  return patterns && [...new Set(patterns)]
}

function values(key: string, text: string | undefined): string[] | undefined {
  const found = text?.split(',')
  if (!found?.includes('')) return found
  throw claimdError('USAGE', {
    message: `'${key}' in the query is invalid`,
    parameter: key,
    found: shown(text),
    expected: 'values separated by single commas',
    remedy: text === '' ? 'Name one, or leave it out' : 'Leave out the comma that nothing stands beside',
  })
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

function defined<T extends object>(filter: T): Defined<T> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Defined<T>
}
