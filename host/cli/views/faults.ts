import type { Fault } from '@claimd/sdk'
import { fileOf, placeInFile } from '../../core/documents/fault-place.js'
import type { Page } from '../page.js'
import { block } from './block.js'

/** Faults of a file, one below the other: where, what was found, what was expected, what to do. */
export function showFaults(faults: readonly Fault[], page: Page): string {
  return faults
    .map((fault) => ({ ...fault, file: fileOf(fault), place: placeInFile(fault) }))
    .map(({ file, place, found, expected, remedy }) =>
      block(page, [
        ['  at', place === 'the whole file' ? file : `${place} (${file})`],
        ['  found', found],
        ['  expected', expected],
        ['  do', remedy],
      ]),
    )
    .join('\n')
}
