import { pluginMethods, requestSchemas } from '@claimd/sdk/wire'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import type { Validator } from '../../core/documents/validator.js'
import { textLimit } from '../runner/wire-limits.js'
import {
  fitsLog,
  fitsProgress,
  fitsReport,
  fitsRequest,
  fitsResponse,
  fitsResults,
} from './wire.validators.js'

const fitsParams: Record<string, Validator> = {
  [pluginMethods.results]: fitsResults,
  [pluginMethods.report]: fitsReport,
  [pluginMethods.progress]: fitsProgress,
  [pluginMethods.log]: fitsLog,
}

/**
 * What is wrong with a document from a plugin, or `null`: it may send responses, its notifications and
 * requests. Of a request this is only what keeps it from being answered; the rest is {@link requestFault}.
 */
export function messageFault(document: object): string | null {
  const message = document as Record<string, unknown>
  if (!Object.hasOwn(message, 'method')) return faultOf(fitsResponse, message, 'a response')
  if (Object.hasOwn(message, 'id')) return idFault(message.id)
  const { method, params } = message
  if (typeof method !== 'string' || !Object.hasOwn(fitsParams, method)) {
    return `the unknown method ${cut(JSON.stringify(method), 80)}`
  }
  return faultOf(fitsParams[method]!, params, method)
}

/** What is wrong with a request that can be answered, as fault of the argument that is wrong, or `null`. */
export function requestFault(document: object): FieldFault | null {
  const { method } = document as { method?: unknown }
  if (typeof method !== 'string' || !Object.hasOwn(requestSchemas, method)) {
    return {
      field: 'method',
      found: `the unknown method ${cut(JSON.stringify(method) ?? 'none', 80)}`,
      expected: 'a method that the host serves',
      remedy: 'make the call through the context',
    }
  }
  if (fitsRequest(document)) return null
  const [fault] = schemaFaults(fitsRequest.errors!, document)
  // The parameters are named as the author of the plugin calls them.
  return { ...fault!, field: fault!.field.replace(/^params\./, '') }
}

function idFault(id: unknown): string | null {
  const fits = Number.isSafeInteger(id) && (id as number) >= 0
  return fits ? null : `a request whose id is ${cut(JSON.stringify(id), 80)} instead of a whole number`
}

/** Texts from plugins are kept to a length. */
export function cut(text: string, limit = textLimit): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text
}

/** What is wrong with a value, or `null`. @param name what it is called */
export function faultOf(fits: Validator, value: unknown, name: string): string | null {
  if (fits(value)) return null
  const { instancePath, message } = fits.errors![0]!
  return cut(`${name}${instancePath} ${message}`)
}
