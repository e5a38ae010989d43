import type { PluginRow, PluginsDocument } from '@claimd/sdk'
import type { Formatter } from 'picocolors/types.js'
import { shellWord } from '../../core/shell-word.js'
import { codeFrame, type SourceLine } from '../code-frame.js'
import type { Page } from '../page.js'
import { lookAtPlugin, pluginFinding, takenTypeFindings, unreadableFinding } from '../plugin-finding.js'
import { paintPluginState } from './paint.js'
import { paragraph } from './paragraph.js'

const pluginLimit = 10
const faultLimit = 5

/** The plugins that do not run, or not as they are in their folders: why, and what to do. Empty where all run. */
export function showNotRunning(
  { plugins, unreadable }: Pick<PluginsDocument, 'plugins' | 'unreadable'>,
  page: Page,
  sourceLine: SourceLine,
): string {
  const { yellow } = page.colours
  const troubled = [
    ...plugins.flatMap((row) => trouble(row, page, sourceLine) ?? []),
    ...[...unreadable.map(unreadableFinding), ...plugins.flatMap(takenTypeFindings)].map(
      ({ found, remedy }) => told(found, remedy ?? '', page, yellow),
    ),
  ]
  if (troubled.length === 0) return ''
  const more = troubled.length - pluginLimit
  return [
    `${page.colours.bold('Plugins that do not run, or not as they are in their folders:')}\n`,
    ...troubled.slice(0, pluginLimit),
    more > 0 ? `  and ${more} more: ${page.command} plugins\n` : '',
    '\n',
  ].join('')
}

function trouble(row: PluginRow, page: Page, sourceLine: SourceLine): string | null {
  const { name, state, because, faults, folder } = row
  const paint = paintPluginState(page.colours, state)
  if (state === 'disabled') {
    const remedy = `to run it again: claimd plugin enable ${shellWord(name)}`
    return told(`${name} is disabled: ${because}`, remedy, page, paint)
  }
  const finding = pluginFinding(row)
  if (finding === null) return null
  // What is wrong with files is said by each fault.
  if (faults.length > 0) {
    const how = state === 'rejected' ? `rejected (${folder})` : `${state}, but not as it is in ${folder}`
    return paragraph(page, '  ', `${name} is ${how}`, { indent: 4, paint }) + frames(faults, page, sourceLine)
  }
  const found = finding.isSentence ? finding.found : `${name} is ${finding.found}`
  return told(found, finding.remedy ?? lookAtPlugin(name), page, paint)
}

function told(found: string, remedy: string, page: Page, paint: Formatter): string {
  return paragraph(page, '  ', found, { indent: 4, paint }) + paragraph(page, '    do: ', remedy)
}

function frames(faults: PluginRow['faults'], page: Page, sourceLine: SourceLine): string {
  const narrow = { ...page, width: page.width - 2 }
  const lines = faults.slice(0, faultLimit).flatMap((fault) => codeFrame(fault, narrow, sourceLine))
  const more = faults.length - faultLimit
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].map((line) => `  ${line}\n`).join('')
}
