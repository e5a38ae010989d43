import type { PluginRow, PluginState } from '@claimd/sdk'
import type { Page } from '../page.js'
import { paragraph } from './paragraph.js'

/**
 * Below a table: the whole reason for each state in which nobody can be asked, and for each version that does not
 * come to run, which no column has room for.
 */
export function troubles(
  page: Page,
  rows: readonly {
    id: string
    state: PluginState
    because: string
    notTaken?: PluginRow['notTaken']
    remedy?: string | null
  }[],
): string {
  const troubled = rows.filter((row) => (row.state !== 'running' && row.state !== 'idle') || row.notTaken)
  if (troubled.length === 0) return ''
  const lines = troubled.flatMap(({ id, state, because, remedy }) => [
    paragraph(page, '', `${id} is ${state}: ${because}`, { indent: 2 }),
    remedy ? paragraph(page, '  do: ', remedy) : '',
  ])
  return `\n${lines.join('')}`
}
