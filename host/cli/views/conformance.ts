import type { CaseReport, ConformanceReport } from '@claimd/sdk/conformance'
import { placesOf } from '../../core/documents/fault-place.js'
import type { Page } from '../page.js'
import { pad } from '../text.js'
import { paragraph } from './paragraph.js'

/** What the conformance kit found: a line a case, and of what failed the rule and what to do. */
export function show(report: ConformanceReport, page: Page): string {
  const { kit, host, node, plugin, cases } = report
  const title = [plugin.name, plugin.version].filter(Boolean).join(' ')
  const width = Math.max(...cases.map(({ id }) => id.length))
  return [
    paragraph(page, '', title, { paint: page.colours.bold }),
    paragraph(page, '', `conformance kit ${kit}, claimd ${host}, Node ${node}`, { paint: page.colours.dim }),
    '\n',
    ...cases.map((one) => showCase(one, width, page)),
    '\n',
    showSum(report, page),
  ].join('')
}

function showCase(one: CaseReport, width: number, page: Page): string {
  const word = wordFor(one)
  const colours = {
    pass: page.colours.green,
    FAIL: page.colours.red,
    warn: page.colours.yellow,
    skip: page.colours.dim,
  }
  const lead = `${word}  ${pad(one.id, width)}  `
  const paintLead = (text: unknown) => colours[word](word) + String(text).slice(word.length)
  if (one.result !== 'fail') {
    return paragraph(page, lead, one.found, { paintLead })
  }
  const details = [
    ['found:', one.found],
    ['expected:', one.expected ?? ''],
    ['do:', one.remedy ?? ''],
  ] as const
  const places = one.faults ? placesOf(one.faults) : []
  return [
    paragraph(page, lead, one.rule, { paintLead }),
    ...(one.faults ?? []).map(({ found, expected }, at) =>
      paragraph(page, '      ', `${places[at]}: found ${found}, expected ${expected}`, { indent: 8 }),
    ),
    ...(one.faults ? [] : details.map(([label, text]) => paragraph(page, `      ${pad(label, 10)}`, text))),
  ].join('')
}

function wordFor({ level, result }: CaseReport): 'pass' | 'FAIL' | 'warn' | 'skip' {
  if (result !== 'fail') return result
  return level === 'must' ? 'FAIL' : 'warn'
}

function showSum({ cases, passed }: ConformanceReport, page: Page): string {
  const words = cases.map(wordFor)
  const count = (wanted: string) => words.filter((word) => word === wanted).length
  const sums = [
    `${count('pass')} passed`,
    `${count('FAIL')} failed`,
    `${count('warn')} ${count('warn') === 1 ? 'warning' : 'warnings'}`,
    `${count('skip')} skipped`,
  ].join(', ')
  const verdict = passed ? 'It conforms' : 'It does not conform'
  return paragraph(page, '', `${verdict}: ${sums}.`, {
    paint: passed ? page.colours.green : page.colours.red,
  })
}
