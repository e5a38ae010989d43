import type { AcceptedPlugin } from '../discovery/found-plugin.js'

/** Beside the last good version and the current one, so many between them can be gone back to. */
const betweenLimit = 1

/** The versions of a plugin: the last good one first, the current one last, and what can be gone back to between. */
export class Lineage {
  #versions: AcceptedPlugin[]
  #proven: boolean

  constructor(first: AcceptedPlugin, proven: boolean) {
    this.#versions = [first]
    this.#proven = proven
  }

  get current(): AcceptedPlugin {
    return this.#versions.at(-1)!
  }

  /** What the current version is watched for: where to go back to when it fails. `null`: nowhere. */
  get fallback(): AcceptedPlugin | null {
    return this.#versions.at(-2) ?? null
  }

  /** Whether the current version has passed its probation. */
  get isProven(): boolean {
    return this.#proven && this.#versions.length === 1
  }

  get builds(): string[] {
    return this.#versions.map(({ build }) => build)
  }

  /** @param replace the current version is none to go back to */
  takeOver(version: AcceptedPlugin, { replace }: { replace: boolean }): void {
    if (replace) this.#versions.pop()
    if (this.#versions.length === 0) this.#proven = false
    this.#versions.push(version)
    this.#versions.splice(1, Math.max(0, this.#versions.length - 2 - betweenLimit))
  }

  /** The same version, but of another folder. */
  refresh(version: AcceptedPlugin): void {
    this.#versions[this.#versions.length - 1] = version
  }

  prove(): void {
    this.#versions = [this.current]
    this.#proven = true
  }

  /** Goes back to the {@link fallback}. @returns the version that was current */
  goBack(): AcceptedPlugin {
    return this.#versions.pop()!
  }
}
