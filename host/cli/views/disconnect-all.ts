import type { DisconnectAllDocument } from '@claimd/sdk'
import { showFailure } from '../failure.js'
import type { Page } from '../page.js'
import { harmless } from '../text.js'

/** What was disconnected; then each refusal and each failure with what to do about it. */
export function show(document: DisconnectAllDocument, page: Page): string {
  const { disconnected, refused, failed } = document
  if (disconnected.length + refused.length + failed.length === 0)
    return 'Nothing is connected, so nothing was done.\n'
  return [
    ...disconnected.map((name) => `disconnected ${harmless(name)}\n`),
    ...refused.map((refusal) => showFailure(refusal, page, 'refused')),
    ...failed.map((failure) => showFailure(failure, page, 'failed')),
    `${disconnected.length} disconnected, ${refused.length} refused, ${failed.length} failed\n`,
  ].join('')
}
