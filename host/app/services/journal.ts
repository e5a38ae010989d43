import type { EventDocument, JournalDocument, JournalFilter } from '@claimd/sdk'
import { compileAdapterPatterns } from '../../core/claims/adapter-pattern.js'
import { compileGlob } from '../../core/claims/glob.js'
import { pluginOf } from '../../core/kernel/journal-event.js'
import type { Store } from '../../core/kernel/store-port.js'
import { connectionsOf } from '../../core/views/events/connections-of.js'
import { eventDocument } from '../../core/views/events/event-document.js'

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
  for (const stored of found) {
    last = stored.revision
    const event = eventDocument(stored)
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
    fitsAdapter && (({ about, name }) => fitsAdapter({ id: about.adapter ?? null, names: [name] })),
    globs(connection, connectionsOf),
    globs(plugin, (event) => [event.about.plugin, ...otherPlugins(event)].flatMap(namesOf)),
    type && ((event) => type.includes(event.type)),
    since === undefined ? undefined : ({ at }) => at >= since,
    until === undefined ? undefined : ({ at }) => at <= until,
  ]
  const given = tests.filter((test) => test !== undefined)
  return (event) => given.every((test) => test(event))
}

function globs(
  patterns: readonly string[] | undefined,
  values: (event: EventDocument) => (string | null | undefined)[],
): Test | undefined {
  if (patterns === undefined) return undefined
  const fits = patterns.map(compileGlob)
  return (event) => values(event).some((value) => typeof value === 'string' && fits.some((fit) => fit(value)))
}

/** Plugins that had a part in it, beside the one that it is about: that of the holder before, and who was asked. */
function otherPlugins(event: EventDocument): (string | null)[] {
  if (event.type === 'handed-over') return [pluginOf(event.from)]
  if (event.type !== 'round') return []
  // Who was skipped is only listed.
  return event.round.answers.filter(({ skipped }) => skipped === null).map(({ plugin }) => plugin)
}

/** A plugin's name, and what comes last in it: `ethernet`. */
function namesOf(plugin: string | null | undefined): string[] {
  return plugin ? [plugin, plugin.slice(plugin.lastIndexOf('/') + 1)] : []
}
