import type { ErrorDocument, Refusal } from './api/errors.js'
import type { ResultCode } from './result-codes.js'

/**
 * An error that a person can meet: what was found, what was expected and what to do.
 * The control API sends it as an {@link ErrorDocument}; `sdk/client` throws it again on the other side.
 */
export class ClaimdError extends Error implements ErrorDocument {
  override readonly name = 'ClaimdError'
  readonly result: ResultCode
  readonly code: string
  readonly found: string | null
  readonly expected: string | null
  readonly remedy: string | null
  /** The whole document, with what else the error carries (a refusal names adapter, provider, connection). */
  readonly document: ErrorDocument | Refusal

  constructor(document: ErrorDocument | Refusal, options?: ErrorOptions) {
    super(document.message, options)
    this.document = document
    this.result = document.result
    this.code = document.code
    this.found = 'found' in document ? document.found : null
    this.expected = 'expected' in document ? document.expected : null
    this.remedy = document.remedy
  }
}
