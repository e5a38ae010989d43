import type { Adapter } from '@claimd/sdk'
import { compileGlob, isGlob } from './glob.js'

export const selectionKeys = ['name', 'address', 'path'] as const
export type SelectionKey = (typeof selectionKeys)[number]

/**
 * Links that other programs make for containers, virtual machines and tunnels, and that share addresses with the link below
 * them. They are meant only where the connection has their name, without a glob.
 */
const namedOnly = ['bridge', 'vxlan', 'macvlan', 'ipvlan']

/** The adapters that a connection is for: all its patterns must fit. */
export class Selection {
  readonly #patterns: { key: SelectionKey; pattern: RegExp }[]
  /** How exactly it says which adapter it means; the more exact one is larger. */
  readonly exactness: readonly [literals: number, globs: number]
  readonly text: string
  readonly #hasName: boolean

  /** @param wanted globs that {@link compileGlob} takes */
  constructor(wanted: Partial<Record<SelectionKey, string>>) {
    const entries = selectionKeys.flatMap((key) =>
      wanted[key] === undefined ? [] : [[key, wanted[key]] as const],
    )
    this.#patterns = entries.map(([key, glob]) => {
      // Link-layer addresses are written in lower case.
      return { key, pattern: compileGlob(key === 'address' ? glob.toLowerCase() : glob)! }
    })
    const globs = entries.filter(([, glob]) => isGlob(glob)).length
    this.exactness = [entries.length - globs, globs]
    this.#hasName = wanted.name !== undefined && !isGlob(wanted.name)
    this.text = entries.map(([key, glob]) => `${key} ${glob}`).join(', ')
  }

  /** Whether the connection is for this adapter. */
  fits(adapter: Adapter): boolean {
    if (!this.#takes(adapter)) return false
    return this.#patterns.every(({ key, pattern }) =>
      valuesOf(adapter, key).some((value) => pattern.test(value)),
    )
  }

  /** Whether it still is for an adapter that fitted once, whatever the link was called then. */
  stillFits(adapter: Adapter): boolean {
    if (!this.#takes(adapter)) return false
    return this.#patterns.every(
      ({ key, pattern }) => key === 'name' || valuesOf(adapter, key).some((value) => pattern.test(value)),
    )
  }

  #takes({ kind }: Adapter): boolean {
    return this.#hasName || !namedOnly.includes(kind)
  }
}

function valuesOf(adapter: Adapter, key: SelectionKey): string[] {
  const values: Record<SelectionKey, (string | null)[]> = {
    name: [adapter.name, ...adapter.alternativeNames],
    address: [adapter.address, adapter.permanentAddress],
    path: [adapter.path],
  }
  return values[key].filter((value) => value !== null)
}
