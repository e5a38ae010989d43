import { setImmediate } from 'node:timers/promises'
import { ClaimdError, type ExplainDocument, type Round } from '@claimd/sdk'
import { checkAdapterName, parseAdapterWord } from '../../core/adapters/adapter-name.js'
import { holderBefore, PastAdapter } from '../../core/claims/past-adapter.js'
import { PastNames } from '../../core/claims/past-names.js'
import { claimdError } from '../../core/errors.js'
import type { StoredEvent } from '../../core/kernel/journal-event.js'
import type { Store } from '../../core/kernel/store-port.js'

/** What tells of the past, and how an adapter is now. */
export interface PastSources {
  store: Pick<Store, 'events' | 'oldestRevision'>
  /** @throws ADAPTER_NOT_FOUND */
  explain(adapter: string): ExplainDocument
}

/** So many events are read at once: other calls wait for it. */
const pageSize = 500

/**
 * How an adapter was at a moment, read from the journal: who held it and why, and its rounds up to then.
 * @param word its id, or the name that it had then
 * @param at RFC 3339 in UTC with milliseconds
 * @throws ADAPTER_NAME_MALFORMED, ADAPTER_NOT_FOUND, MOMENT_UNKNOWN
 */
export async function explainAt(from: PastSources, word: string, at: string): Promise<ExplainDocument> {
  checkAdapterName(word)
  if (at > new Date().toISOString()) throw inFuture(at)
  const [first] = from.store.events(from.store.oldestRevision() - 1, 1)
  if (!first || first.at > at) throw tooEarly(at, first)
  const names = new PastNames()
  // The clock may have been set: what came after the first event that is later came later.
  for await (const event of eventsAfter(from, first.revision - 1)) {
    if (event.at > at) break
    names.take(event)
  }
  const found = names.find(word) ?? (await findQuiet(from, word, names, at))
  const past = new PastAdapter()
  for await (const event of eventsAfter(from, found.before)) {
    if (event.revision > names.revision) break
    if (event.adapter === found.id) past.take(event)
  }
  const now = found.until === null ? explainNow(from, `id:${found.id}`) : null
  const notes: string[] = []
  if (found.until === null) await lookOn(from, found.id, past, names.revision, at)
  if (!past.isKnown && now && now.state !== 'absent') {
    const { provider, connection } = now
    past.settle(provider === null ? null : { provider, connection: connection! }, now.because)
  }
  // The last round of an adapter stays for as long as it is there, also where the journal begins later.
  if (past.rounds.length === 0)
    past.rounds.push(...(now?.rounds ?? []).filter((round) => round.at < first.at))
  if (names.stopped !== null)
    notes.push(`claimd did not run at that moment: it had stopped at ${names.stopped}, and left it like this`)
  const others = names.others(found)
  const holder = explainNow(from, `name:${found.name}`)
  const isNew = holder && holder.state !== 'absent' && !names.get(holder.id) && holder.id !== found.id
  if (isNew) others.push({ id: holder.id, name: found.name, until: null })
  const predecessor = past.predecessor === null ? null : names.predecessor(past.predecessor)
  return {
    adapter: found.name,
    id: found.id,
    ...past.state,
    order: [],
    predecessor: predecessor ?? now?.predecessor ?? null,
    at,
    notes,
    others,
  }
}

/** Events after a revision, oldest first. Others are served between two pages. */
async function* eventsAfter({ store }: PastSources, revision: number): AsyncGenerator<StoredEvent, void> {
  for (let after = revision; ; ) {
    const page = store.events(after, pageSize)
    yield* page
    if (page.length < pageSize) return
    after = page.at(-1)!.revision
    await setImmediate()
  }
}

/** Finds an adapter of which nothing was told from the journal's beginning up to that moment, and which was there. */
async function findQuiet(from: PastSources, word: string, names: PastNames, at: string) {
  const now = explainNow(from, word)
  const { form, text } = parseAdapterWord(word)
  const laterOnes = new Set<string>()
  for await (const event of eventsAfter(from, names.revision)) {
    const { adapter, name, type } = event
    if (adapter === null || laterOnes.has(adapter) || names.get(adapter)) continue
    if (type === 'adapter-appeared') {
      laterOnes.add(adapter)
      continue
    }
    const nameBefore = type === 'adapter-renamed' ? String(event.from) : name
    if ((form !== 'name' && adapter === text) || (form !== 'id' && nameBefore === text))
      return { id: adapter, name: nameBefore ?? adapter, before: names.revision, until: null }
  }
  const known = now && names.get(now.id)
  if (known && now.adapter !== text) return known
  if (now && now.state !== 'absent' && !known && !laterOnes.has(now.id))
    return { id: now.id, name: now.adapter, before: names.revision, until: null }
  throw claimdError('ADAPTER_NOT_FOUND', {
    message: `there was no adapter ${word} at ${at}`,
    found: word,
    expected: 'the id of an adapter that was there, or the name that it had then',
    remedy: known
      ? `the adapter that is called so now (id ${known.id}) was called ${known.name} then`
      : 'see what there was: claimd journal --type adapter-appeared,adapter-renamed',
  })
}

/** What came next may tell what is not known otherwise: who held it, and that a round was under way. */
async function lookOn(
  from: PastSources,
  id: string,
  past: PastAdapter,
  revision: number,
  at: string,
): Promise<void> {
  let isRoundOpen = true
  let isGone = false
  for await (const event of eventsAfter(from, revision)) {
    // Rounds end within seconds.
    if (past.isKnown && (!isRoundOpen || event.revision > revision + pageSize)) return
    if (event.adapter !== id) continue
    if (event.type === 'round' && isRoundOpen) {
      isRoundOpen = false
      const round = event.round as Round
      if (round.at <= at) past.setRunning(round)
    }
    if (past.isKnown) continue
    const before = isGone && event.type !== 'claim-ended' ? null : holderBefore(event)
    const because = `${before?.provider} held it; since when, the journal does not hold any more`
    if (before !== undefined) past.settle(before, because)
    if (event.type === 'adapter-removed' || event.type === 'adapter-moved') isGone = true
  }
  if (isGone && !past.isKnown) past.settle(null, '')
}

function explainNow(from: PastSources, word: string): ExplainDocument | null {
  try {
    return from.explain(word)
  } catch (error) {
    if (error instanceof ClaimdError) return null
    throw error
  }
}

function inFuture(at: string) {
  return claimdError('USAGE', {
    message: "'at' in the query is invalid",
    parameter: 'at',
    found: at,
    expected: 'a moment that is not in the future',
    remedy: 'Name one that has been',
  })
}

function tooEarly(at: string, first: StoredEvent | undefined) {
  return claimdError('MOMENT_UNKNOWN', {
    message: first
      ? `the journal begins at ${first.at}: what was at ${at} is not known any more`
      : 'the journal holds nothing yet',
    found: at,
    expected: first ? `a moment from ${first.at} on` : 'a journal with events',
    remedy: 'the journal keeps the last 64 MB, and of these 30 days; see: claimd journal',
  })
}
