import type { Fault } from '@claimd/sdk'
import type { Page } from '../page.js'
import { block } from './block.js'

/** Faults of a file, one below the other: where, what was found, what was expected, what to do. */
export function showFaults(faults: readonly Fault[], page: Page): string {
  return faults
    .map(({ file, field, found, expected, remedy }) =>
      block(page, [
        ['  field', field ? `${field} (${file})` : file],
        ['  found', found],
        ['  expected', expected],
        ['  do', remedy],
      ]),
    )
    .join('\n')
}
