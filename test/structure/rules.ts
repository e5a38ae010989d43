import { importFaults } from './import-rules.js'
import { importsOf } from './imports.js'
import { injectionFaults } from './injection.js'
import { parse } from './parse.js'
import { purityFaults } from './purity.js'

/** What breaks the rules of the house in these sources, by path from the repository's root: `path: fault`. */
export function houseFaults(sources: Record<string, string>): string[] {
  return Object.entries(parse(sources)).flatMap(([path, file]) => {
    const faults = [...importFaults(path, importsOf(file)), ...injectionFaults(file)]
    if (path.startsWith('host/core/')) faults.push(...purityFaults(file))
    return faults.map((fault) => `${path}: ${fault}`)
  })
}
