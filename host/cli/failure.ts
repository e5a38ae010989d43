import { ClaimdError, type ErrorDocument, type Fault, type Refusal } from '@claimd/sdk'
import { placesOf } from '../core/documents/fault-place.js'
import { claimdError } from '../core/errors.js'
import type { Page } from './page.js'
import { paragraph } from './views/paragraph.js'

/** An error as people read it: what happened, then what was found, what was expected and what to do. */
export function showFailure(failure: ErrorDocument | Refusal, page: Page, title = 'claimd'): string {
  const heading = paragraph(page, `${title}: `, failure.message, { indent: 2, paintLead: page.colours.red })
  if ('faults' in failure && failure.faults) return heading + showFaults(failure.faults, page)
  const details: [string, string | null][] =
    'provider' in failure
      ? [
          ['adapter', failure.adapter],
          ['held by', failure.provider],
          ['connection', failure.connection],
        ]
      : [
          ['found', failure.found],
          ['expected', failure.expected],
        ]
  const lines = [...details, ['do', failure.remedy] as const].filter(([, text]) => text !== null)
  const indent = Math.max(...lines.map(([label]) => label.length)) + 2
  const shown = lines.map(([label, text]) => paragraph(page, `  ${`${label}:`.padEnd(indent)}`, text!))
  return heading + shown.join('')
}

/** A file's faults, each with its place; what to do stands with each. */
function showFaults(faults: readonly Fault[], page: Page): string {
  const places = placesOf(faults)
  return faults
    .map(({ found, expected, remedy }, at) =>
      [
        paragraph(page, '  ', places[at]!, { paint: page.colours.bold }),
        paragraph(page, '    found:    ', found),
        paragraph(page, '    expected: ', expected),
        paragraph(page, '    do:       ', remedy),
      ].join(''),
    )
    .join('')
}

/** Whatever was thrown, as an error with a code. */
export function asClaimdError(thrown: unknown): ClaimdError {
  if (thrown instanceof ClaimdError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return claimdError(
    'INTERNAL',
    {
      message: `an error that claimd did not expect: ${message}`,
      ...(thrown instanceof Error && thrown.stack ? { found: thrown.stack } : {}),
      remedy: 'please report it with what stands here',
    },
    { cause: thrown },
  )
}
