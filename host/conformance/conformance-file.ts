import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter, ConfiguredConnection } from '@claimd/sdk'
import { parseJson } from '../core/documents/json-syntax.js'
import { schemaFaults } from '../core/documents/schema-faults.js'
import { faultyFile } from '../core/errors.js'
import { makeAdapter } from './adapters/make-adapter.js'
import type { ConformanceDocument } from './conformance-file.schemas.js'
import { fitsConformance } from './conformance-file.validators.js'

/** What an author adds to what the kit tries by itself. */
export interface OwnTrials {
  adapters: Adapter[]
  connections: ConfiguredConnection[]
}

/**
 * Reads `conformance.json` from a plugin's folder, where there is one.
 * @throws CONFORMANCE_FILE_INVALID with all its faults
 */
export async function readConformanceFile(folder: string): Promise<OwnTrials> {
  const file = join(folder, 'conformance.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  const { value, fault } = parseJson(text)
  const faults = fault ? [fault] : fitsConformance(value) ? [] : schemaFaults(fitsConformance.errors!, value)
  if (faults.length > 0) {
    const all = faults.map((one) => ({ file, ...one }))
    throw faultyFile('CONFORMANCE_FILE_INVALID', file, all, 'Correct them and verify again')
  }
  const { adapters = [], connections = {} } = value as ConformanceDocument
  return {
    adapters: adapters.map((fields, at) => makeAdapter(fields, 101 + at)),
    connections: Object.entries(connections).map(([name, { type, config = {} }]) => ({ name, type, config })),
  }
}
