import type { ConfigurationCheckDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { paragraph } from './paragraph.js'

/** A configuration file without faults, and what it was compared with. */
export function show(
  { file, connections, plugins, warnings }: ConfigurationCheckDocument,
  page: Page,
): string {
  const names = plugins.length === 0 ? 'no plugin' : `the plugins ${plugins.join(', ')}`
  return [
    paragraph(page, '', `${file} has no faults`, { indent: 2, paint: page.colours.green }),
    paragraph(
      page,
      '',
      `It has ${connections === 1 ? '1 connection' : `${connections} connections`}, checked with ${names}.`,
    ),
    ...warnings.map(({ field, found, remedy }) =>
      paragraph(page, 'warning: ', `${field}: ${found}. ${remedy}`, {
        indent: 2,
        paint: page.colours.yellow,
      }),
    ),
  ].join('')
}
