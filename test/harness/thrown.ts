import { inspect } from 'node:util'

const frame = /^\s+at /
const frameOfTheHarness =
  /\(?(node:internal|.*\/node_modules\/uvu\/|.*\/test\/harness(\/limit|\/suite-run|\/file-process)?\.[jt]s)/

/** A readable account of whatever was thrown, be it an Error or not. */
export function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `not an Error was thrown: ${inspect(thrown)}`
  const lines = String(thrown.stack ?? '').split('\n')
  const frames = lines.filter((line) => frame.test(line) && !frameOfTheHarness.test(line))
  const parts = [`${thrown.name}: ${thrown.message}`, ...differences(thrown), ...frames]
  if (thrown instanceof AggregateError) parts.push(...thrown.errors.map(describeThrown))
  if (thrown.cause !== undefined) parts.push(`caused by: ${describeThrown(thrown.cause)}`)
  return parts.join('\n')
}

/** How the expected and the actual value differ, as uvu's assertions tell it. */
function differences(error: Error): string[] {
  return 'details' in error && typeof error.details === 'string' ? [error.details.trimEnd()] : []
}
