import type {
  DisconnectAllDocument,
  DisconnectDocument,
  OfferDocument,
  Refusal,
  ReleaseDocument,
  Round,
} from '@claimd/sdk'
import { ClaimdError } from '@claimd/sdk'
import { checkAdapterName, noSuchAdapter, parseAdapterWord } from '../adapters/adapter-name.js'
import { claimdError } from '../errors.js'
import type { Context } from './context.js'
import { endClaim, takeAgain } from './holding.js'
import { notOffered, obstacleToOperator, wordFor } from './obstacles.js'
import type { AdapterRecord, Release } from './records.js'
import { abandonRound, startWanted } from './rounds.js'
import { releaseRows, type StoredGone } from './rows.js'
import { refuseDisconnect, refuseOffer } from './rules.js'
import { verifyAnew } from './verifying.js'
import { adapterRow } from './views.js'

/**
 * Finds the adapter to show: names come before ids. `name:eth0` and `id:3.2` are taken as what they say.
 * @throws ADAPTER_NAME_MALFORMED, ADAPTER_NOT_FOUND
 */
export function findAdapter(context: Context, word: string): AdapterRecord {
  checkAdapterName(word)
  const [record] = readingsOf(context, word)
  if (record) return record
  throw noSuchAdapter(word, findGone(context, word)?.because)
}

/**
 * Finds the adapter to act on: a word that may mean two adapters is refused.
 * @throws ADAPTER_NAME_MALFORMED, ADAPTER_NOT_FOUND, ADAPTER_AMBIGUOUS
 */
export function findAdapterToAct(context: Context, word: string): AdapterRecord {
  const record = findAdapter(context, word)
  const readings = [...new Set(readingsOf(context, word))]
  if (readings.length === 1) return record
  throw claimdError('ADAPTER_AMBIGUOUS', {
    message: `Adapter ${word} may mean ${readings.length} adapters, so nothing was done`,
    found: readings.map(({ id, adapter }) => `${adapter.name} (id ${id})`).join(', '),
    expected: 'a word that means one adapter',
    remedy: `write the one that you mean: ${readings.map(({ id }) => `id:${id}`).join(' or ')}`,
  })
}

/** Finds an adapter, or one that is gone. @throws ADAPTER_NAME_MALFORMED, ADAPTER_NOT_FOUND */
export function findAdapterOrGone(context: Context, word: string): AdapterRecord | StoredGone {
  checkAdapterName(word)
  const found = readingsOf(context, word)[0] ?? findGone(context, word)
  if (!found) throw noSuchAdapter(word)
  return found
}

function findGone(context: Context, word: string): StoredGone | null {
  const { form, text } = parseAdapterWord(word)
  const gone = context.gone.find(text)
  if (gone === null || form === 'any') return gone
  return gone[form] === text ? gone : null
}

/** Whether an adapter has exactly this name, or this alternative name. */
export function isCalled(context: Context, name: string): boolean {
  return readingsOf(context, `name:${name}`).length > 0
}

/** What a word may mean: the link of that name, those with that alternative name, and the adapter with that id. */
function readingsOf(context: Context, word: string): AdapterRecord[] {
  const { form, text } = parseAdapterWord(word)
  const readings: AdapterRecord[] = []
  if (form !== 'id') {
    const records = [...context.adapters.values()]
    readings.push(...records.filter(({ adapter }) => adapter.name === text))
    readings.push(...records.filter(({ adapter }) => adapter.alternativeNames.includes(text)))
  }
  const byId = form === 'name' ? undefined : context.adapters.get(text)
  return byId ? [...readings, byId] : readings
}

/** Disconnects a connection, as far as the rules let it. */
export function disconnect(context: Context, name: string, who: string): DisconnectDocument {
  const record = context.byConnection.get(name)
  if (record?.holding?.origin === 'out-of-band') {
    const refused = refusalOf(context, record)
    context.refusals.record(context, record, who, 'disconnect', refused)
    throw new ClaimdError(refused)
  }
  const [adapter] = readingsOf(context, name)
  if (context.configured.has(name)) {
    const other = adapter?.holding
      ? `; adapter ${adapter.adapter.name} is held for connection ${adapter.holding.connection}`
      : ''
    return { result: 'SUCCESS', connection: name, message: `connection ${name} is not connected${other}` }
  }
  throw claimdError('CONNECTION_NOT_FOUND', {
    message: `there is no connection ${name}`,
    found: adapter ? `${name}, which is ${adapterTitle(adapter, name)}` : name,
    expected: 'the name of a connection',
    remedy: adapter?.holding
      ? `adapter ${adapter.adapter.name} is held for connection ${adapter.holding.connection}; see: claimd explain ${wordFor(context, adapter)}`
      : 'see: claimd connections',
  })
}

function adapterTitle({ id, adapter }: AdapterRecord, word: string): string {
  if (adapter.name === word) return 'an adapter'
  return word === id ? `the id of adapter ${adapter.name}` : `another name of adapter ${adapter.name}`
}

/** Disconnects everything that the rules let it, and names what they do not. */
export function disconnectAll(context: Context, who: string): DisconnectAllDocument {
  const all: DisconnectAllDocument = { disconnected: [], refused: [], failed: [] }
  const claimed = [...context.byConnection.values()].filter(
    ({ holding }) => holding?.origin === 'out-of-band',
  )
  for (const record of claimed.sort((a, b) => a.link.index - b.link.index)) {
    all.refused.push(refusalOf(context, record))
  }
  if (all.refused.length > 0) context.refusals.recordAll(context, who, all.refused)
  return all
}

/** Ends a claim without touching the link: the adapter stays unmanaged until it is offered again (rule 12). */
export function release(
  context: Context,
  record: AdapterRecord,
  reason: string,
  who: string,
): ReleaseDocument {
  refuseWhileDegraded(context)
  const { name } = record.adapter
  const before = record.release
  const holding = record.holding
  const undo = () => {
    if (!context.adapters.has(record.id)) return false
    setRelease(context, record, before)
    if (holding && !record.holding) takeAgain(context, record, holding)
    return true
  }
  context.decide(undo, () => {
    setRelease(context, record, { who, reason, at: context.moment.at })
    if (holding) endClaim(context, record, `released by ${who}: ${reason}`, 'operator', 'operator', who)
    const { provider = null, connection = null } = holding ?? {}
    context.emit('released', record, { who, reason, provider, connection })
  })
  abandonRound(context, record, `released by ${who}: ${reason}`)
  const held = holding
    ? `${holding.provider} no longer holds ${name} for connection ${holding.connection}`
    : `nobody held ${name}`
  const whatFollows =
    record.ignored === null
      ? `the adapter stays unmanaged until: claimd offer ${wordFor(context, record)}`
      : `the adapter is not offered: ${record.ignored}`
  return {
    result: 'SUCCESS',
    adapter: name,
    provider: holding?.provider ?? null,
    connection: holding?.connection ?? null,
    message: `${held}; the link is as it was, and ${whatFollows}`,
  }
}

/** Starts a round at the operator's wish; the reply comes when it has ended. */
export function offer(context: Context, record: AdapterRecord, who: string, request: number): void {
  const refused = refuseOffer(record.adapter, record.holding, wordFor(context, record))
  if (refused && record.holding?.origin === 'dialled') {
    context.refusals.record(context, record, who, 'offer', refused)
    throw new ClaimdError(refused)
  }
  if (refused) {
    // What its holder says now decides.
    record.doubting.push({ request, who })
    context.doubted.add(record)
    if (context.degraded === null) verifyAnew(context, record)
    return
  }
  refuseWhileDegraded(context)
  const before = record.release
  const obstacle = obstacleToOperator(context, record)
  if (obstacle !== null) throw notOffered(context, record, obstacle)
  if (before) {
    const undo = () => {
      if (!context.adapters.has(record.id)) return false
      setRelease(context, record, before)
      return true
    }
    context.decide(undo, () => {
      setRelease(context, record, null)
      context.emit('release-ended', record, { who, reason: before.reason })
    })
  }
  // A round that runs serves this request as well, unless it began with an older view of the adapter.
  if (record.round && record.wanted === null) {
    record.round.waiting.push(request)
    return
  }
  record.waiting.push(request)
  record.wanted ??= [{ words: `${who} asked for it`, claimEnd: null }]
  startWanted(context, record, true)
}

export function offerDocument(context: Context, record: AdapterRecord, round: Round): OfferDocument {
  const row = adapterRow(context, record)
  return {
    result: 'SUCCESS',
    adapter: row.name,
    state: row.state,
    because: row.because,
    provider: row.provider,
    connection: row.connection,
    round,
  }
}

function refusalOf(context: Context, record: AdapterRecord): Refusal {
  const { adapter, holding } = record
  const refused = refuseDisconnect(adapter, holding, wordFor(context, record))
  if (!refused) throw new Error(`connection of ${adapter.name} is held without a claim`)
  return refused
}

function setRelease(context: Context, record: AdapterRecord, decision: Release | null): void {
  record.release = decision
  if (decision) context.turn.put(releaseRows, { adapter: record.id, ...decision })
  else context.turn.drop(releaseRows, record.id)
  context.out.sync = true
}

function refuseWhileDegraded(context: Context): void {
  if (context.degraded === null) return
  throw claimdError('STORE_DEGRADED', {
    message: `the decision cannot be kept: ${context.degraded}`,
    found: context.degraded,
    expected: 'a state folder that can be written',
    remedy: context.storeRemedy,
  })
}
