import { createHmac, randomBytes } from 'node:crypto'
import type { RecordOptions, Records } from '../core/kernel/store-port.js'

/** What only a provider understands of a connection. It may hold secrets. */
export type Config = Readonly<Record<string, unknown>>

/** The kinds of its records: the key, and the configs by their fingerprints. */
const keyKind = 'config-key'
const configKind = 'config'

/** So many configs that nothing may need any more are remembered: a client may send new ones without end. */
const mostLoose = 1_000

/**
 * Knows each `config` by its fingerprint, which is all of it that enters the core, its records and its recordings. Without
 * the key nothing can be found out from a fingerprint; the key is kept in the state, so that a config has the same one
 * after a restart.
 */
export class ConfigVault {
  readonly #records: Records
  readonly #key: Buffer
  #isKeyKept: boolean
  readonly #known = new Map<string, Config>()
  readonly #kept = new Set<string>()
  /** How many wait for those to be stored that are to be configured. */
  readonly #inHand = new Map<string, number>()
  /** Those that the configuration file has now. */
  #ofFile: ReadonlySet<string> = new Set()

  /** What was kept is known again. */
  constructor(records: Records) {
    this.#records = records
    const [stored] = records.all<{ key: string }>(keyKind)
    this.#key = stored ? Buffer.from(stored.value.key, 'hex') : randomBytes(32)
    this.#isKeyKept = stored !== undefined
    for (const { key, value } of records.all<Config>(configKind)) {
      this.#known.set(key, value)
      this.#kept.add(key)
    }
    // Where nothing can be stored now, it is tried again with the first config that has to last.
    if (!this.#isKeyKept)
      try {
        this.#keepKey()
      } catch {}
  }

  /** The fingerprint of a config, by which it is found from now on. */
  remember(config: Config): string {
    const fingerprint = createHmac('sha256', this.#key).update(canonical(config)).digest('hex')
    // The newest ones come last.
    if (!this.#kept.has(fingerprint)) this.#known.delete(fingerprint)
    this.#known.set(fingerprint, config)
    this.#forgetLoose()
    return fingerprint
  }

  /** The fingerprint of a text that nobody has to find again: the same one for the same text, also after a restart. */
  fingerprintOf(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex')
  }

  /** The same for all that the configuration file has. They stay known until the file has others. */
  rememberFile(configs: readonly Config[]): string[] {
    // First of all: none of them may be forgotten for one that comes after it.
    const fingerprints = configs.map((config) => {
      const fingerprint = createHmac('sha256', this.#key).update(canonical(config)).digest('hex')
      this.#known.set(fingerprint, config)
      return fingerprint
    })
    this.#ofFile = new Set(fingerprints)
    this.#forgetLoose()
    return fingerprints
  }

  configOf(fingerprint: string): Config | null {
    return this.#known.get(fingerprint) ?? null
  }

  /**
   * They are known after a restart when this returns: those of stored configurations, before these are stored, and those of
   * attempts, before their provider is called.
   * @param options.sync whether also after a power cut. Default: `true`
   * @throws a `ClaimdError`, code `STORE_DEGRADED`, when that cannot be
   */
  keep(fingerprints: Iterable<string>, options: RecordOptions = {}): void {
    for (const fingerprint of fingerprints) {
      const config = this.#known.get(fingerprint)
      if (config === undefined || this.#kept.has(fingerprint)) continue
      if (!this.#isKeyKept) this.#keepKey()
      this.#records.put(configKind, fingerprint, config, options)
      this.#kept.add(fingerprint)
    }
  }

  /** At the start: of what was kept before, all but these is not needed any more. What cannot be removed now stays. */
  keepOnly(fingerprints: Iterable<string>): void {
    const needed = new Set(fingerprints)
    for (const fingerprint of [...this.#kept]) {
      if (needed.has(fingerprint)) continue
      try {
        this.#records.drop(configKind, fingerprint)
      } catch {
        continue
      }
      this.#kept.delete(fingerprint)
      if (!this.#ofFile.has(fingerprint)) this.#known.delete(fingerprint)
    }
  }

  /** While something runs, a config that it has kept is not removed, though nothing that is stored needs it yet. */
  async whileKept<Result>(fingerprint: string, work: () => Promise<Result>): Promise<Result> {
    this.#inHand.set(fingerprint, (this.#inHand.get(fingerprint) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = this.#inHand.get(fingerprint)! - 1
      if (left > 0) this.#inHand.set(fingerprint, left)
      else this.#inHand.delete(fingerprint)
    }
  }

  /** While claimd runs: all but these, and those of the configuration file, is not needed any more. */
  forgetOthers(fingerprints: Iterable<string>): void {
    this.keepOnly([...fingerprints, ...this.#ofFile, ...this.#inHand.keys()])
  }

  #keepKey(): void {
    this.#records.put(keyKind, 'key', { key: this.#key.toString('hex') })
    this.#isKeyKept = true
  }

  #forgetLoose(): void {
    if (this.#known.size <= this.#kept.size + this.#ofFile.size + mostLoose) return
    const loose = [...this.#known.keys()].filter((one) => !this.#kept.has(one) && !this.#ofFile.has(one))
    for (const fingerprint of loose.slice(0, Math.max(0, loose.length - mostLoose)))
      this.#known.delete(fingerprint)
  }
}

/** As JSON, in which the order of keys says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    const entries = Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))
    // A key such as __proto__ is one like any other.
    return Object.fromEntries(entries)
  })
}
