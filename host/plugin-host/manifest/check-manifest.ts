import type { Fault, Manifest } from '@claimd/sdk'
import semver from 'semver'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { parseJson } from '../../core/documents/json-syntax.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import { engineRangeFault } from './engine-range.js'
import { findEntryFile } from './entry-file.js'
import { excessFault } from './excess.js'
import { globFaults } from './glob-faults.js'
import { fitsManifest } from './manifest.validators.js'
import { misspeltKeys } from './misspelt-keys.js'
import { permissionFaults } from './permission-faults.js'
import { entriesOf, faultAt, isRecord, repeated } from './record.js'
import { sdkVersionFaults } from './sdk-version.js'
import { settingsFaults } from './settings-faults.js'

/** How many faults of one manifest are told; of the rest only how many they are. */
const faultLimit = 100

export interface CheckedManifest {
  /** As far as they could be read. */
  name: string | null
  version: string | null
  /** Set when there is no fault. */
  accepted: { manifest: Manifest; entry: string } | null
  faults: Fault[]
}

export interface CheckOptions {
  /** The manifest's path, for the faults. */
  file: string
  /** The plugin's folder, links followed. */
  realFolder: string
  hostVersion: string
  /** Accepts a `main` that is yet to be compiled, when its TypeScript source is there. */
  dev?: boolean
}

/** Checks a manifest completely, before any of the plugin's code runs. */
export async function checkManifest(text: string, options: CheckOptions): Promise<CheckedManifest> {
  const { file } = options
  const { value: content, fault } = parseJson(text)
  if (fault) return { name: null, version: null, accepted: null, faults: [{ file, ...fault }] }
  const excess = excessFault(content)
  if (excess) return { ...namesOf(content), accepted: null, faults: [{ file, ...excess }] }
  const formal = fitsManifest(content) ? [] : schemaFaults(fitsManifest.errors!, content)
  const fields = isRecord(content) ? content : {}
  const { entry, faults: further } = await checkFields(fields, options)
  // Where both find a fault, the closer look says better what to do.
  const places = new Set(further.map(({ field }) => field))
  const faults = formal.filter(({ field }) => !places.has(field)).concat(further)
  return {
    ...namesOf(content),
    accepted: faults.length === 0 && entry !== null ? { manifest: content as Manifest, entry } : null,
    faults: atMost(faultLimit, faults).map((fault) => ({ file, ...fault })),
  }
}

function namesOf(content: unknown): { name: string | null; version: string | null } {
  const { name, version } = isRecord(content) ? content : {}
  return {
    name: typeof name === 'string' ? name : null,
    version: typeof version === 'string' ? version : null,
  }
}

/** What the schema cannot say, looked at field by field, so that one fault does not hide another. */
async function checkFields(
  fields: Record<string, unknown>,
  options: CheckOptions,
): Promise<{ entry: string | null; faults: FieldFault[] }> {
  const { contributes, permissions } = fields
  const providers = entriesOf(isRecord(contributes) ? contributes.providers : null).map(([, one]) => one)
  const { path: entry, faults } = await checkEntry(fields, options)
  return {
    entry,
    faults: [
      misspeltKeys(fields),
      versionFaults(fields, options.hostVersion),
      sdkVersionFaults(fields),
      repeatedIds(providers),
      providers.flatMap(repeatedWords),
      globFaults(providers),
      settingsFaults(providers),
      permissionFaults(permissions, providers),
      faults,
    ].flat(),
  }
}

function versionFaults({ version, engines }: Record<string, unknown>, hostVersion: string): FieldFault[] {
  const faults: FieldFault[] = []
  if (typeof version === 'string' && version !== '' && semver.valid(version) === null) {
    faults.push(faultAt(['version'], version, 'a semantic version, such as "1.0.0"', 'Correct the version'))
  }
  if (isRecord(engines) && typeof engines.claimd === 'string' && engines.claimd !== '') {
    const wrong = engineRangeFault(engines.claimd, hostVersion)
    if (wrong) faults.push(wrong)
  }
  return faults
}

async function checkEntry(
  { main, type }: Record<string, unknown>,
  { realFolder, dev = false }: CheckOptions,
): Promise<{ path: string | null; faults: FieldFault[] }> {
  if (typeof main !== 'string' || main === '') return { path: null, faults: [] }
  const { path, fault } = await findEntryFile(realFolder, main, { dev })
  if (fault) return { path, faults: [fault] }
  if (!main.endsWith('.js') || type !== undefined) return { path, faults: [] }
  const remedy = 'Say how the .js files are written: add "type"'
  return { path, faults: [faultAt(['type'], type, '"module" or "commonjs"', remedy)] }
}

function repeatedIds(providers: readonly unknown[]): FieldFault[] {
  const first = new Map<string, number>()
  return providers.flatMap((provider, index) => {
    const id = isRecord(provider) ? provider.id : undefined
    if (typeof id !== 'string') return []
    const before = first.get(id)
    if (before === undefined) {
      first.set(id, index)
      return []
    }
    const path = ['contributes', 'providers', index, 'id']
    return [faultAt(path, id, `an id of its own; providers[${before}] has this one`, 'Choose another id')]
  })
}

function repeatedWords(provider: unknown, index: number): FieldFault[] {
  if (!isRecord(provider)) return []
  return ['manages', 'connectionTypes'].flatMap((key) =>
    repeated(provider[key], ['contributes', 'providers', index, key]),
  )
}

/** All faults, or the first of them and how many more there are. */
function atMost(most: number, faults: readonly FieldFault[]): readonly FieldFault[] {
  if (faults.length <= most) return faults
  const found = `${faults.length - most} more faults`
  const rest = { field: '', found, expected: 'none', remedy: 'Correct the first ones, and check again' }
  return [...faults.slice(0, most), rest]
}
