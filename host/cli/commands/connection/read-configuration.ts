import { readFileSync } from 'node:fs'
import type { ConnectionConfiguration } from '@claimd/sdk'
import type { FieldFault } from '../../../core/documents/field-fault.js'
import { maxDocumentDepth, parseJson } from '../../../core/documents/json-syntax.js'
import { shown } from '../../../core/documents/shown.js'
import { claimdError, faultyFile } from '../../../core/errors.js'
import { fromFolder } from '../../paths.js'
import { usageError } from '../../usage.js'
import type { World } from '../../world.js'

/** Reads a configuration from a file, or from standard input for `-`. @throws FILE_UNREADABLE, CONFIGURATION_INVALID */
export async function readConfiguration(world: World, file: string): Promise<ConnectionConfiguration> {
  if (file === '')
    throw usageError('--file names no path', 'an empty text', 'a path, or - for standard input')
  if (file === '-') return parseConfiguration(await world.input(), 'standard input')
  return parseConfiguration(textOf(fromFolder(world, file)), file)
}

/** @throws FILE_UNREADABLE */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw claimdError(
      'FILE_UNREADABLE',
      {
        message: `${path} cannot be read`,
        found: (error as Error).message,
        expected: 'a file that this user can read',
        remedy: 'check its path and its permissions',
      },
      { cause: error },
    )
  }
}

/** The daemon checks what is in it. @param file for messages. @throws CONFIGURATION_INVALID */
export function parseConfiguration(text: string, file: string): ConnectionConfiguration {
  const { value, fault } = parseJson(text, maxDocumentDepth)
  if (fault) throw faulty(file, fault)
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as ConnectionConfiguration
  throw faulty(file, {
    field: '',
    found: shown(value),
    expected: 'an object, such as { "type": "ethernet", "config": {} }',
    remedy: 'Make it an object, in { }',
  })
}

function faulty(file: string, fault: FieldFault) {
  return faultyFile('CONFIGURATION_INVALID', [{ file, ...fault }], 'Correct it')
}
