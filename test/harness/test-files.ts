import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const compiled = fileURLToPath(new URL('..', import.meta.url))
const sources = fileURLToPath(new URL('../../../test/', import.meta.url))

/** The compiled test files that a pattern selects; all of them without patterns. Absolute, in order. */
export function testFiles(patterns: string[]): string[] {
  const named = patterns.filter(
    (pattern) => /\.m?js$/.test(pattern) && statSync(pattern, { throwIfNoEntry: false })?.isFile(),
  )
  const parts = patterns.filter((pattern) => !named.includes(pattern))
  const found = readdirSync(compiled, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.js'))
    // The compiler leaves the output of a source that is gone.
    .filter((path) => existsSync(`${sources}${path.replace(/\.js$/, '.ts')}`))
    .filter((path) => parts.some((part) => path.includes(part)) || patterns.length === 0)
    .map((path) => `${compiled}${path}`)
  return [...new Set([...found, ...named])].sort()
}
