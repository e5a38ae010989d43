import type { Formatter } from 'picocolors/types.js'
import type { Page } from '../page.js'
import { proseLines } from '../prose.js'

/**
 * Text as it came from outside, escaped and broken into lines that fit. The first line follows `lead`, the
 * others are indented as far as that, or by `indent`.
 */
export function paragraph(
  page: Page,
  lead: string,
  text: string,
  {
    indent = lead.length,
    paint = String,
    paintLead = String,
  }: { indent?: number; paint?: Formatter; paintLead?: Formatter } = {},
): string {
  const lines = proseLines(text, page.width - Math.max(lead.length, indent), page)
  return lines
    .map((line, at) => `${paint((at === 0 ? paintLead(lead) : ' '.repeat(indent)) + line)}\n`)
    .join('')
}

/** Those who are not asked, together where the reason is the same. */
export function notAsked(
  page: Page,
  providers: readonly { provider: string; skipped: string | null }[],
): string {
  const groups = new Map<string, string[]>()
  for (const { provider, skipped } of providers) {
    if (skipped !== null) groups.set(skipped, [...(groups.get(skipped) ?? []), provider])
  }
  return [...groups]
    .map(([why, names]) =>
      paragraph(page, '  Not asked: ', `${names.join(', ')} — ${why}`, {
        indent: 4,
        paint: page.colours.dim,
      }),
    )
    .join('')
}
