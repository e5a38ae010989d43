import { circlesAmong } from './circles.js'
import { importFaults } from './import-rules.js'
import { importsOf } from './imports.js'
import { injectionFaults, partFaults } from './injection.js'
import { parse, type Source } from './parse.js'
import { purityFaults } from './purity.js'

/** What breaks the rules of the house, in words, for each of the sources. */
export function houseFaults(sources: Source[]): string[][] {
  return parse(sources).map((file, index) => {
    const path = sources[index]?.[0] ?? ''
    return [
      ...importFaults(path, importsOf(file)),
      ...injectionFaults(file),
      ...partFaults(path, file),
      ...(path.startsWith('host/core/') ? purityFaults(file) : []),
    ].map((fault) => `${path}: ${fault}`)
  })
}

/** Files that import each other in a circle, in words. */
export function circleFaults(sources: Source[]): string[] {
  const imports = parse(sources).map((file, index) => [sources[index]![0], importsOf(file)] as const)
  return circlesAmong(new Map(imports)).map((circle) => `a circle of imports: ${circle.join(' → ')}`)
}
