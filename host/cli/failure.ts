import { ClaimdError, type ErrorDocument, type Fault, type Refusal } from '@claimd/sdk'
import type { Colors } from 'picocolors/types.js'
import { claimdError } from '../core/errors.js'
import { harmless } from './text.js'

/** An error as people read it: what happened, then what was found, what was expected and what to do. */
export function showFailure(failure: ErrorDocument | Refusal, colours: Colors, title = 'claimd'): string {
  if ('faults' in failure && failure.faults) return showFaults(failure, failure.faults, colours, title)
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
  const shown = lines.map(([label, text]) => `  ${`${label}:`.padEnd(indent)}${harmless(text!)}\n`)
  return `${colours.red(`${title}:`)} ${harmless(failure.message)}\n${shown.join('')}`
}

/** A file's faults, each with its place; what to do stands with each. */
function showFaults(
  failure: ErrorDocument,
  faults: readonly Fault[],
  colours: Colors,
  title: string,
): string {
  const shown = faults.map(({ field, found, expected, remedy }) =>
    [
      `  ${colours.bold(harmless(field || 'the whole file'))}`,
      `    found:    ${harmless(found)}`,
      `    expected: ${harmless(expected)}`,
      `    do:       ${harmless(remedy)}\n`,
    ].join('\n'),
  )
  return `${colours.red(`${title}:`)} ${harmless(failure.message)}\n${shown.join('')}`
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
