import type { Adapter, ConfiguredConnection } from '@claimd/sdk'
import { type EthernetConnection, type FaultyConnection, readConnection } from './connection.js'

/** The operator's connections, read once for each version of the configuration. */
export class Connections {
  readonly #sound: EthernetConnection[] = []
  readonly #faulty: FaultyConnection[] = []

  constructor(configured: readonly ConfiguredConnection[]) {
    for (const connection of configured.map(readConnection)) {
      if ('faults' in connection) this.#faulty.push(connection)
      else this.#sound.push(connection)
    }
    this.#sound.sort(moreExactFirst)
  }

  get faulty(): readonly FaultyConnection[] {
    return this.#faulty
  }

  named(name: string): EthernetConnection | FaultyConnection | undefined {
    return [...this.#sound, ...this.#faulty].find((connection) => connection.name === name)
  }

  /**
   * The connections that are for this adapter: the one that says more exactly which adapter it means comes first
   * (more literal values, then more globs), and of equals the one whose name is first in code-unit order.
   */
  for(adapter: Adapter): EthernetConnection[] {
    return this.#sound.filter((connection) => connection.selection.fits(adapter))
  }

  /** The faulty connections that may be for this adapter, as far as can be told. */
  faultyFor(adapter: Adapter): FaultyConnection[] {
    return this.#faulty.filter(({ selection }) => selection === null || selection.fits(adapter))
  }
}

function moreExactFirst(a: EthernetConnection, b: EthernetConnection): number {
  const [literals, globs] = a.selection.exactness
  const [otherLiterals, otherGlobs] = b.selection.exactness
  return otherLiterals - literals || otherGlobs - globs || (a.name < b.name ? -1 : 1)
}
