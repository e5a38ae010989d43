import type { ConnectionDocument, HoldRow, Reconnect, TypeSpecificDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { toJson } from '../text.js'
import { ago, inHowLong, localTime } from '../time.js'
import { block, type Value } from './block.js'

/** Everything about one connection. */
export function show(
  document: ConnectionDocument & { typeSpecific?: TypeSpecificDocument['info'] },
  page: Page,
): string {
  const { now } = page
  const time = (at: string) => `${localTime(at, now)} (${ago(at, now)})`
  const optional = (key: string, value: Value): [string, Value][] => (value === null ? [] : [[key, value]])
  return block(page, [
    ['name', document.name],
    ['state', document.state],
    ['because', document.because],
    ['since', document.since && time(document.since)],
    ...optional(
      'next try',
      document.retryAt && `${inHowLong(document.retryAt, now)}, at ${localTime(document.retryAt, now)}`,
    ),
    ...optional('failed', document.failure && failed(document.failure, page)),
    ['adapter', document.adapter],
    ['provider', document.provider],
    ['origin', document.origin && origins[document.origin]],
    ...optional('shares with', document.sharesWith),
    ...optional('uses', document.resources.join(' ') || null),
    ...each(
      'wanted by',
      document.holdRows,
      (hold) => `${hold.owner}${modeOf(hold)}, since ${time(hold.since)}`,
    ),
    ...document.requests.map(({ id, what, who, since, message }): [string, Value] => [
      'request',
      `${id}: ${who} asked to ${what}, ${ago(since, now)}; ${message}`,
    ]),
    ...Object.entries(document.typeSpecific ?? {}).map(([key, value]): [string, Value] => [
      `its ${key}`,
      value,
    ]),
    ...configuration(document),
  ])
}

const origins = {
  'out-of-band': 'out-of-band: somebody else brought it up, and a provider claimed it',
  dialled: 'dialled: claimd connected it',
}

function modeOf({ mode }: HoldRow): string {
  return mode === 'keep' ? '' : ', for one attempt'
}

function failed({ at, cause, message }: NonNullable<ConnectionDocument['failure']>, { now }: Page): string {
  return `${ago(at, now)} (${cause}): ${message}`
}

function each<Item>(key: string, items: readonly Item[], words: (item: Item) => string): [string, Value][] {
  if (items.length === 0) return [[key, null]]
  return items.map((item) => [key, words(item)])
}

function configuration({
  configuration: configured,
  source,
  hides,
  deferred,
  type,
}: ConnectionDocument): [string, Value][] {
  if (configured === null) return [['configured', type === null ? 'no: it lives as long as its claim' : 'no']]
  const { behaviour, idleTimeout, reconnect, enabled, config } = configured
  const where = source === 'file' ? 'in the configuration file' : 'with the command connection add'
  return [
    ...(hides
      ? [
          ['warning', 'another one of this name was added by a command, and is not used'] satisfies [
            string,
            Value,
          ],
        ]
      : []),
    ['configured', deferred ? `${where}; what is below counts from the next connect on` : where],
    ['type', configured.type],
    ['enabled', enabled],
    ['behaviour', behaviour],
    ['idle time-out', idleTimeout === 'never' ? 'never' : `${idleTimeout} s`],
    ['reconnect', reconnectWords(reconnect)],
    ...Object.entries(config).map(([key, value]): [string, Value] => [`  ${key}`, toJson(value)]),
  ]
}

function reconnectWords(reconnect: Reconnect): string {
  if (reconnect.algorithm === 'none') return 'only when something has happened, such as its adapter appearing'
  const { delay, attempts, afterwards } = reconnect
  const pace =
    reconnect.algorithm === 'linear'
      ? `every ${delay} s`
      : `after ${delay} s, then twice as long each time, up to ${reconnect.limit} s`
  if (attempts === undefined) return pace
  return `${pace}; after ${attempts} attempts ${afterwards === 'never' ? 'not any more' : `every ${afterwards} s`}`
}
