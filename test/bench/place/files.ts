import { fileURLToPath } from 'node:url'

/** The built command. */
export const claimd = fileURLToPath(new URL('../../../host/cli/claimd.js', import.meta.url))

/** The program of a process that a benchmark starts. */
export function child(name: string): string {
  return fileURLToPath(new URL(`../children/${name}.js`, import.meta.url))
}
