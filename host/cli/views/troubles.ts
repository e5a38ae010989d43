import type { PluginState } from '@claimd/sdk'
import type { Page } from '../page.js'
import { paragraph } from './paragraph.js'

/** Below a table: the whole reason for each state in which nobody can be asked, which no column has room for. */
export function troubles(
  page: Page,
  rows: readonly { id: string; state: PluginState; because: string }[],
): string {
  const troubled = rows.filter((row) => row.state !== 'running' && row.state !== 'idle')
  if (troubled.length === 0) return ''
  const lines = troubled.map((row) =>
    paragraph(page, '', `${row.id} is ${row.state}: ${row.because}`, { indent: 2 }),
  )
  return `\n${lines.join('')}`
}
