import type { ConfiguredConnection } from '../configured-connection.js'
import type { Bench } from './bench.js'

/** What operators write where something else is meant. */
const oddValues = [null, '', 'text', -1, 1e300, true, [], [null], {}, { a: { b: {} } }]

/** Nothing, and each part of a good one left out or made nonsense. */
export function oddConfigs(bench: Bench, type: string): ConfiguredConnection['config'][] {
  const good = goodConfig(bench, type)
  const spoilt = keysOf(bench, type).flatMap((key) => [
    without(good, key),
    ...oddValues.map((value) => ({ ...good, [key]: value })),
  ])
  return [{}, { unknown: true }, ...spoilt]
}

/** A good one with one part that is another than meant, of the type that was meant where that is known; and which part that is. */
export function spoiltConfigs(
  bench: Bench,
  type: string,
  good: ConfiguredConnection['config'],
): { key: string; config: ConfiguredConnection['config'] }[] {
  const spoilt = { string: 'text', number: -1, object: {}, boolean: 'text' } as Record<string, unknown>
  return keysOf(bench, type).map((key) => {
    return { key, config: { ...good, [key]: spoilt[typeof good[key]] ?? 'text' } }
  })
}

function goodConfig(bench: Bench, type: string): ConfiguredConnection['config'] {
  return bench.connections.find((connection) => connection.type === type)?.config ?? {}
}

/** Of what is configured, and of what the manifest's schema knows. */
function keysOf(bench: Bench, type: string): string[] {
  const schemas = bench.plugin.providers.flatMap(({ connectionTypes, configuration }) =>
    connectionTypes?.includes(type) && configuration ? [configuration] : [],
  )
  const known = schemas.flatMap(({ properties }) => Object.keys(Object(properties)))
  return [...new Set([...Object.keys(goodConfig(bench, type)), ...known])]
}

function without(config: ConfiguredConnection['config'], key: string): ConfiguredConnection['config'] {
  return Object.fromEntries(Object.entries(config).filter(([other]) => other !== key))
}
