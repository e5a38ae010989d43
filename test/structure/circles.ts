import { posix } from 'node:path'
import type { Import } from './imports.js'

/**
 * Circles of imports among files, each as the paths on the way round. Imports of types count as well: files in a circle
 * can only be understood together. Of files that are in several circles, one is told.
 */
export function circlesAmong(files: ReadonlyMap<string, Import[]>): string[][] {
  const graph = new Map(
    [...files].map(([path, imports]) => [path, imports.flatMap((found) => targetOf(found, path, files))]),
  )
  return knots(graph).map((knot) => wayRound(knot, graph))
}

function targetOf({ specifier }: Import, path: string, files: ReadonlyMap<string, unknown>): string[] {
  if (!specifier?.startsWith('.')) return []
  const target = posix.join(posix.dirname(path), specifier)
  const source = [target, target.replace(/\.js$/, '.ts')].find((one) => files.has(one))
  return source === undefined ? [] : [source]
}

type Graph = ReadonlyMap<string, readonly string[]>

/** The sets of files that each lead to all others of their set (Tarjan's algorithm). */
function knots(graph: Graph): string[][] {
  const found: string[][] = []
  const numbers = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const visit = (path: string) => {
    numbers.set(path, numbers.size)
    lowest.set(path, numbers.get(path)!)
    open.push(path)
    for (const target of graph.get(path)!) {
      if (!numbers.has(target)) visit(target)
      if (open.includes(target)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!))
    }
    if (lowest.get(path) !== numbers.get(path)) return
    const knot = open.splice(open.indexOf(path))
    if (knot.length > 1 || graph.get(path)!.includes(path)) found.push(knot)
  }
  for (const path of graph.keys()) if (!numbers.has(path)) visit(path)
  return found
}

/** The shortest way from the first file of a knot back to itself. */
function wayRound(knot: readonly string[], graph: Graph): string[] {
  const [start] = [...knot].sort() as [string]
  let ways = [[start]]
  const seen = new Set<string>()
  while (true) {
    const next: string[][] = []
    for (const way of ways) {
      for (const target of graph.get(way.at(-1)!)!) {
        if (target === start) return [...way, start]
        if (!knot.includes(target) || seen.has(target)) continue
        seen.add(target)
        next.push([...way, target])
      }
    }
    ways = next
  }
}
