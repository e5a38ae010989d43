import { inspect } from 'node:util'

const frameOfTheHarness =
  /^\s+at .*(node:internal|\/node_modules\/uvu\/|\/test\/harness(\/limit|\/file-process)?\.[jt]s)/

/** A readable account of whatever was thrown, be it an Error or not. */
export function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `not an Error was thrown: ${inspect(thrown)}`
  const parts = [stackOf(thrown)]
  if ('details' in thrown && typeof thrown.details === 'string') parts.push(thrown.details)
  if (thrown instanceof AggregateError) parts.push(...thrown.errors.map(describeThrown))
  if (thrown.cause !== undefined) parts.push(`caused by: ${describeThrown(thrown.cause)}`)
  return parts.join('\n')
}

function stackOf(error: Error): string {
  const stack = String(error.stack ?? '')
  const lines = stack.split('\n').filter((line) => !frameOfTheHarness.test(line))
  // A changed message is not in the stack, which was taken when the Error was made.
  return stack.includes(error.message) ? lines.join('\n') : `${error.message}\n${lines.join('\n')}`
}
