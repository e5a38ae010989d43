import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter, ConfiguredConnection } from '@claimd/sdk'
import type { Fixtures } from '@claimd/sdk/testing'
import { maxDocumentDepth, parseJson } from '../core/documents/json-syntax.js'
import { schemaFaults } from '../core/documents/schema-faults.js'
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
 * @throws CONFORMANCE_FILE_INVALID with all its faults
 */
export async function readConformanceFile(folder: string, copy: string): Promise<OwnTrials> {
  const file = join(folder, 'conformance.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  const { value, fault } = parseJson(text, maxDocumentDepth)
  const faults = fault ? [fault] : fitsConformance(value) ? [] : schemaFaults(fitsConformance.errors!, value)
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
    machine: { fixtures, isOwn: (program) => program.startsWith(`${copy}/`) },
    adapters: adapters.map((fields, at) => makeAdapter(fields, 101 + at)),
    connections: Object.entries(connections).map(([name, { type, config = {} }]) => {
      return { name, type, config: placed(config, copy) }
    }),
  }
}

function placed<Value>(value: Value, copy: string): Value {
  const json = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' && part.startsWith(ownFolder) ? join(copy, part.slice(ownFolder.length)) : part,
  )
  return JSON.parse(json)
}
