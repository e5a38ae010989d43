import type { Fault } from '@claimd/sdk'
import type { Page } from '../page.js'
import { paragraph } from './paragraph.js'

/** What may be wrong with a plugin, each with its file and what to do. */
export function show(warnings: readonly Fault[], page: Page): string {
  return warnings
    .map(({ file, found, remedy }) => paragraph(page, 'warning: ', `${file}: ${found}. ${remedy}`))
    .join('')
}
