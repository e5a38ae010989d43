import type { Fault, Manifest } from '@claimd/sdk'
import semver from 'semver'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { parseJson } from '../../core/documents/json-syntax.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import { shown } from '../../core/documents/shown.js'
import { engineRangeFault } from './engine-range.js'
import { findEntryFile } from './entry-file.js'
import { globFaults } from './glob-faults.js'
import { fitsManifest } from './manifest.validators.js'
import { misspeltKeys } from './misspelt-keys.js'

export interface CheckedManifest {
  /** As far as they could be read. */
  name: string | null
  version: string | null
  /** Set when there is no fault. */
  accepted: { manifest: Manifest; entry: string } | null
  faults: Fault[]
}

/**
 * Checks a manifest completely, before any of the plugin's code runs.
 * @param file the manifest's path, for the faults
 * @param realFolder the plugin's folder, links followed
 */
export async function checkManifest(
  text: string,
  { file, realFolder, hostVersion }: { file: string; realFolder: string; hostVersion: string },
): Promise<CheckedManifest> {
  const { value: content, fault } = parseJson(text)
  if (fault) return { name: null, version: null, accepted: null, faults: [{ file, ...fault }] }
  const faults = fitsManifest(content) ? [] : schemaFaults(fitsManifest.errors!, content)
  const fields = isRecord(content) ? content : {}
  faults.push(...misspeltKeys(fields))
  const entry = await checkFields(fields, { realFolder, hostVersion, faults })
  return {
    name: typeof fields.name === 'string' ? fields.name : null,
    version: typeof fields.version === 'string' ? fields.version : null,
    accepted: faults.length === 0 && entry !== null ? { manifest: content as Manifest, entry } : null,
    faults: faults.map((fault) => ({ file, ...fault })),
  }
}

/** What the schema cannot say, looked at field by field, so that one fault does not hide another. */
async function checkFields(
  fields: Record<string, unknown>,
  { realFolder, hostVersion, faults }: { realFolder: string; hostVersion: string; faults: FieldFault[] },
): Promise<string | null> {
  const { version, engines, contributes, main, type } = fields
  if (typeof version === 'string' && version !== '' && semver.valid(version) === null) {
    faults.push(fault('version', version, 'a semantic version, such as "1.0.0"', 'Correct the version'))
  }
  if (isRecord(engines) && typeof engines.claimd === 'string' && engines.claimd !== '') {
    const wrong = engineRangeFault(engines.claimd, hostVersion)
    if (wrong) faults.push(wrong)
  }
  if (isRecord(contributes) && Array.isArray(contributes.providers)) {
    faults.push(...repeatedIds(contributes.providers), ...globFaults(contributes.providers))
  }
  if (typeof main !== 'string' || main === '') return null
  const entry = await findEntryFile(realFolder, main)
  if (entry.fault) faults.push(entry.fault)
  else if (main.endsWith('.js') && type === undefined) {
    faults.push(
      fault('type', type, '"module" or "commonjs"', 'Say how the .js files are written: add "type"'),
    )
  }
  return entry.path
}

function repeatedIds(providers: readonly unknown[]): FieldFault[] {
  const ids = providers.map((provider) => (isRecord(provider) ? provider.id : undefined))
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id)
    if (typeof id !== 'string' || first === index) return []
    const field = `contributes.providers[${index}].id`
    return [fault(field, id, `an id of its own; providers[${first}] has this one`, 'Choose another id')]
  })
}

function fault(field: string, found: unknown, expected: string, remedy: string): FieldFault {
  return { field, found: shown(found), expected, remedy }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
