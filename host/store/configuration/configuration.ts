import { readFileSync, statSync } from 'node:fs'
import { ClaimdError, type ConnectionConfiguration, type ErrorDocument, type MatchRule } from '@claimd/sdk'
import { connectionProperties } from '../../core/configuration/connection-schema.js'
import { ownSettings } from '../../core/configuration/connection-settings.js'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { maxDocumentDepth, parseJson } from '../../core/documents/json-syntax.js'
import { claimdError, faultyFile } from '../../core/errors.js'
import type { OperatorConnection } from '../../core/operator-configuration.js'
import { type UnsafePath, unsafeForRoot } from '../unsafe-path.js'
import type { ConfigurationFile } from './configuration.schemas.js'
import { configurationFaults, renewIgnoreRules } from './faults.js'

/**
 * What the operator configured, with the defaults filled in. Other rooms know it as the core's `OperatorConfiguration`,
 * which has to have the same fields.
 */
export interface Configuration {
  /** In the order of the file. */
  connections: OperatorConnection[]
  offers: {
    /** Full ids of the providers that are asked first. */
    order: string[]
    /** Adapters that are never offered. */
    ignore: MatchRule[]
  }
  plugins: {
    /** Names of plugins that are not started and not asked, bundled ones too. */
    disabled: string[]
    /** By plugin name: the hash of the only content that it may have. */
    pinned: Record<string, string>
  }
}

export interface ReadOptions {
  /** Whether the file must be there: it was asked for by name. Otherwise a missing one is an empty configuration. */
  required: boolean
  /** Whether it does not matter who else may write to it: for those who write plugins. Default: `false`. */
  anyOwner?: boolean
}

/**
 * The file's text; null when it is missing and may be.
 * @throws a `ClaimdError`: `CONFIGURATION_NOT_FOUND`, `CONFIGURATION_UNREADABLE` or `CONFIGURATION_UNSAFE`
 */
export function readConfigurationText(
  file: string,
  { required, anyOwner = false }: ReadOptions,
): string | null {
  try {
    // Reading a pipe could block the host for ever.
    if (!statSync(file).isFile()) throw new Error('it is not a plain file')
    const unsafe = anyOwner ? null : unsafeForRoot(file)
    if (unsafe) throw unsafeConfiguration(file, unsafe)
    // Some editors put a byte order mark first, which is no part of the text.
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    if (error instanceof ClaimdError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && !required) return null
    const isMissing = code === 'ENOENT'
    throw claimdError(
      isMissing ? 'CONFIGURATION_NOT_FOUND' : 'CONFIGURATION_UNREADABLE',
      {
        message: isMissing
          ? `There is no configuration file ${file}`
          : `The configuration file ${file} cannot be read`,
        found: message,
        expected: 'a file that claimd can read',
        remedy: isMissing
          ? 'Check the path, or make the file; {} is enough'
          : 'Check its path and its permissions',
      },
      { cause: error },
    )
  }
}

function unsafeConfiguration(file: string, { found, remedy }: UnsafePath) {
  return claimdError('CONFIGURATION_UNSAFE', {
    message: `Another user could change the configuration file ${file}, and so what runs as root`,
    found,
    expected: 'a file of root, in folders of root, that nobody else may write to',
    remedy: `If its contents are your own: ${remedy}`,
  })
}

/** @param file for messages. @throws a `ClaimdError`, code `CONFIGURATION_INVALID`, with all faults at once */
export function parseConfiguration(text: string, file: string): Configuration {
  const { value, fault } = parseJson(text, maxDocumentDepth)
  const faults = fault ? [fault] : configurationFaults(value)
  if (faults.length > 0) throw invalid(file, faults)
  return fromFile(value as ConfigurationFile)
}

/**
 * Reads a file only to say what is wrong with it.
 * @returns its fault, and what of it could be read, so that the rest of it can be checked too
 */
export function examineConfiguration(
  file: string,
  options: ReadOptions,
): { fault: ErrorDocument | null; configuration: Configuration } {
  try {
    const text = readConfigurationText(file, options) ?? '{}'
    const { value, fault } = parseJson(text, maxDocumentDepth)
    const faults = fault ? [fault] : configurationFaults(value)
    return {
      fault: faults.length === 0 ? null : (invalid(file, faults).document as ErrorDocument),
      configuration: fromFile(faults.length === 0 ? (value as ConfigurationFile) : wellFormed(value)),
    }
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    return { fault: error.document as ErrorDocument, configuration: fromFile({}) }
  }
}

/**
 * Reads a text that was accepted once, perhaps by an older version: what this one refuses is left out of it.
 * @returns `null` when nothing can be read
 */
export function parseAccepted(text: string): Configuration | null {
  const { value, fault } = parseJson(text)
  if (fault) return null
  if (isRecord(value) && isRecord(value.connections))
    for (const connection of Object.values(value.connections)) leaveOutRefused(connection)
  renewIgnoreRules(value)
  return fromFile(wellFormed(value))
}

/** A connection stays, without those of its settings that this version refuses: each of them has a default. */
function leaveOutRefused(connection: unknown): void {
  if (!isRecord(connection)) return
  for (const key of Object.keys(connectionProperties)) {
    const alone = { connections: { x: { type: 'x', [key]: connection[key] } } }
    if (key in connection && configurationFaults(alone).length > 0) delete connection[key]
  }
}

/**
 * Those keys of the second level that are right for themselves, such as a connection, or `offers.order`. One wrong entry
 * below such a key leaves out the whole key: of `offers.order` nothing remains when one of its ids is wrong.
 */
function wellFormed(value: unknown): ConfigurationFile {
  if (!isRecord(value)) return {}
  const parts = Object.entries(value).map(([key, part]) => {
    if (!isRecord(part)) return {}
    const sound = Object.entries(part).filter(([name, one]) => {
      return configurationFaults({ [key]: { [name]: one } }).length === 0
    })
    return { [key]: Object.fromEntries(sound) }
  })
  return Object.assign({}, ...parts)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fromFile({ connections = {}, offers = {}, plugins = {} }: ConfigurationFile): Configuration {
  return {
    connections: Object.entries(connections).map(([name, connection]) => {
      const { type, config = {}, ...own } = connection as ConnectionConfiguration
      return { name, type, config, ...ownSettings(own) }
    }),
    offers: { order: offers.order ?? [], ignore: offers.ignore ?? [] },
    plugins: { disabled: plugins.disabled ?? [], pinned: plugins.pinned ?? {} },
  }
}

function invalid(file: string, faults: readonly FieldFault[]): ClaimdError {
  const all = faults.map((fault) => ({ file, ...fault }))
  return faultyFile('CONFIGURATION_INVALID', all, 'Correct it; until then the file is not used')
}
