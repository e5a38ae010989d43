import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter, ConfiguredConnection } from '@claimd/sdk'
import type { Fixtures } from '@claimd/sdk/testing'
import type { FieldFault } from '../core/documents/field-fault.js'
import { maxDocumentDepth, parseJson } from '../core/documents/json-syntax.js'
import { nearest } from '../core/documents/nearest.js'
import { placeOf } from '../core/documents/place.js'
import { schemaFaults } from '../core/documents/schema-faults.js'
import { shown } from '../core/documents/shown.js'
import { faultyFile } from '../core/errors.js'
import { makeAdapter } from './adapters/make-adapter.js'
import type { ConformanceDocument } from './conformance-file.schemas.js'
import { fitsConformance } from './conformance-file.validators.js'
import type { Machine } from './parts.js'

/** What an author adds to what the kit tries by itself. */
export interface OwnTrials {
  adapters: Adapter[]
  connections: ConfiguredConnection[]
  machine: Machine
}

/** In a connection's `config`, a text that begins so names something in the plugin's folder. */
const ownFolder = '{plugin}/'

/**
 * Reads `conformance.json` from a plugin's folder, where there is one.
 * @param copy the folder that is tried in its place
 * @param served the types of connections that the plugin serves; `null` when its manifest does not tell
 * @throws CONFORMANCE_FILE_INVALID with all its faults
 */
export async function readConformanceFile(
  folder: string,
  copy: string,
  served: readonly string[] | null,
): Promise<OwnTrials> {
  const file = join(folder, 'conformance.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  const { value, fault } = parseJson(text, maxDocumentDepth)
  const faults = fault ? [fault] : documentFaults(value, served)
  if (faults.length > 0) {
    const all = faults.map((one) => ({ file, ...one }))
    throw faultyFile('CONFORMANCE_FILE_INVALID', all, 'Correct them and verify again')
  }
  const { adapters = [], connections = {}, read, exec, dbus } = value as ConformanceDocument
  const fixtures: Fixtures = {
    ...(read && { read }),
    ...(exec && { exec }),
    ...(dbus && { dbus }),
  }
  return {
    machine: {
      fixtures,
      isOwn: (program) => program.startsWith(`${copy}/`),
      onMissing: () => {},
    },
    adapters: adapters.map((fields, at) => makeAdapter(fields, 101 + at)),
    connections: Object.entries(connections).map(([name, { type, config = {} }]) => {
      return { name, type, config: placed(config, copy) }
    }),
  }
}

function documentFaults(value: unknown, served: readonly string[] | null): FieldFault[] {
  if (!fitsConformance(value)) return schemaFaults(fitsConformance.errors!, value)
  const { adapters = [], connections = {} } = value as ConformanceDocument
  return [...repeatedNames(adapters), ...(served === null ? [] : unservedTypes(connections, served))]
}

function repeatedNames(adapters: NonNullable<ConformanceDocument['adapters']>): FieldFault[] {
  return adapters.flatMap(({ name }, at) => {
    const first = adapters.findIndex((adapter) => adapter.name === name)
    if (first === at) return []
    return {
      field: placeOf(['adapters', at, 'name']),
      found: shown(name),
      expected: `a name of its own; adapters[${first}] has this one`,
      remedy: 'Give one of them another name',
    }
  })
}

function unservedTypes(
  connections: NonNullable<ConformanceDocument['connections']>,
  served: readonly string[],
): FieldFault[] {
  return Object.entries(connections).flatMap(([name, { type }]) => {
    if (served.includes(type)) return []
    const meant = nearest(type, served)
    return {
      field: placeOf(['connections', name, 'type']),
      found: shown(type),
      expected:
        served.length === 0
          ? 'no connection: the plugin serves no connectionTypes'
          : `a type that the plugin serves: ${served.map(shown).join(', ')}`,
      remedy:
        meant === null
          ? `Name the type under connectionTypes of a provider in package.json, or remove this connection`
          : `Did you mean ${shown(meant)}?`,
    }
  })
}

function placed<Value>(value: Value, copy: string): Value {
  const json = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' && part.startsWith(ownFolder) ? join(copy, part.slice(ownFolder.length)) : part,
  )
  return JSON.parse(json)
}
