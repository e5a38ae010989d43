import { readFileSync } from 'node:fs'

/** The version of this claimd: that of its package, which the build puts beside the compiled program. */
export function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
