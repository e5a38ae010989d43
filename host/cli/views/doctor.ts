import type { DoctorDocument, Finding } from '@claimd/sdk'
import type { Formatter } from 'picocolors/types.js'
import type { Page } from '../page.js'
import { paragraph } from './paragraph.js'

/** Each finding with its verdict before it, and what to do below. */
export function show({ findings }: DoctorDocument, page: Page): string {
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length
  const [wrong, limited] = [count('wrong'), count('limited')]
  return [
    ...findings.map((finding) => showFinding(finding, page)),
    '\n',
    wrong === 0 ? 'Nothing is wrong' : wrong === 1 ? 'One thing is wrong' : `${wrong} things are wrong`,
    limited === 0
      ? '.\n'
      : limited === 1
        ? '; one thing is limited, and claimd does without it.\n'
        : `; ${limited} things are limited, and claimd does without them.\n`,
  ].join('')
}

function showFinding({ verdict, subject, found, remedy }: Finding, page: Page): string {
  return [
    paragraph(page, `${verdict.padEnd(9)}`, `${subject}: ${found}`, { paintLead: paintOf(verdict, page) }),
    remedy === null ? '' : paragraph(page, '         do: ', remedy, { paint: page.colours.dim }),
  ].join('')
}

function paintOf(verdict: Finding['verdict'], { colours }: Page): Formatter {
  if (verdict === 'ok') return colours.green
  return verdict === 'wrong' ? colours.red : colours.yellow
}
