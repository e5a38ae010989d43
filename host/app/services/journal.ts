import type { EventDocument, JournalDocument, JournalFilter, Round } from '@claimd/sdk'
import { compileAdapterPatterns } from '../../core/claims/adapter-pattern.js'
import { compileGlob } from '../../core/claims/glob.js'
import type { Store } from '../../core/kernel/store-port.js'

/** So many events are read for one page at most, also where none fits: other calls wait for it. */
const scanLimit = 2_000

/**
 * A page of the journal, oldest first.
 * @param revision the journal's last one
 * @param isCalled whether an adapter has exactly this name; a word that is none may be an id
 */
export function journalPage(
  store: Pick<Store, 'events'>,
  revision: number,
  { after = 0, limit = 1_000, ...filter }: JournalFilter,
  isCalled: (word: string) => boolean,
): JournalDocument {
  const fits = eventTest(filter, isCalled)
  const events: EventDocument[] = []
  let last = after
  const found = store.events(after, scanLimit)
  for (const event of found) {
    last = event.revision
    if (fits(event)) events.push(event)
    if (events.length === limit) break
  }
  const isEnd = found.length < scanLimit && last === (found.at(-1)?.revision ?? after)
  return { revision, events, next: isEnd ? null : last }
}

type Test = (event: EventDocument) => boolean

function eventTest(
  { adapter, connection, plugin, type, since, until }: JournalFilter,
  isCalled: (word: string) => boolean,
): Test {
  const fitsAdapter = adapter && compileAdapterPatterns(adapter, isCalled)
  const tests: (Test | undefined)[] = [
    fitsAdapter && (({ adapter: id, name }) => fitsAdapter({ id, names: [name] })),
    globs(connection, ({ connection: one, fromConnection, type: is, from }) => [
      one,
      fromConnection,
      is === 'connection-renamed' ? from : null,
    ]),
    globs(plugin, pluginsIn),
    type && ((event) => type.includes(event.type)),
    since === undefined ? undefined : ({ at }) => at >= since,
    until === undefined ? undefined : ({ at }) => at <= until,
  ]
  const given = tests.filter((test) => test !== undefined)
  return (event) => given.every((test) => test(event))
}

function globs(
  patterns: readonly string[] | undefined,
  values: (event: EventDocument) => unknown[],
): Test | undefined {
  if (patterns === undefined) return undefined
  const fits = patterns.map(compileGlob)
  return (event) => values(event).some((value) => typeof value === 'string' && fits.some((fit) => fit(value)))
}

/** Whole names of the plugins that an event is about, and what comes last in them: `ethernet`. */
function pluginsIn({ plugin, provider, from, type, round }: EventDocument): string[] {
  const providers = [provider, type === 'handed-over' ? from : null, ...asked(round as Round | undefined)]
  const names = [plugin, ...providers.map(pluginOf)].filter((name) => typeof name === 'string')
  return names.flatMap((name) => [name, name.slice(name.lastIndexOf('/') + 1)])
}

/** Who was asked, and not only listed. */
function asked(round: Round | undefined): string[] {
  return round?.answers.flatMap(({ provider, skipped }) => (skipped === null ? [provider] : [])) ?? []
}

function pluginOf(provider: unknown): string | null {
  return typeof provider === 'string' ? provider.slice(0, provider.lastIndexOf('/')) : null
}
