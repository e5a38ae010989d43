import type { AcceptedPlugin } from '../discovery/found-plugin.js'

/** Beside the last good version and the current one, so many between them can be gone back to. */
const maxBetween = 1

/** The versions of a plugin: the last good one first, the current one last, and what can be gone back to between. */
export interface Lineage {
  versions: AcceptedPlugin[]
  /** Whether the first one has passed its probation. */
  proven: boolean
}

export function newLineage(first: AcceptedPlugin, proven: boolean): Lineage {
  return { versions: [first], proven }
}

/** The version whose providers are asked. */
export function currentVersion({ versions }: Lineage): AcceptedPlugin {
  return versions.at(-1)!
}

/** What the current version is watched for: where to go back to when it fails. `null`: nowhere. */
export function fallbackVersion({ versions }: Lineage): AcceptedPlugin | null {
  return versions.at(-2) ?? null
}

/** Whether the current version has passed its probation. */
export function isProven({ versions, proven }: Lineage): boolean {
  return proven && versions.length === 1
}

/** @param replace the current version is none to go back to */
export function takeOver(lineage: Lineage, version: AcceptedPlugin, { replace }: { replace: boolean }): void {
  const { versions } = lineage
  if (replace) versions.pop()
  // Back at a version that was current before: what came after it is gone, and it is as good as it was.
  const known = versions.findIndex(({ build }) => build === version.build)
  if (known >= 0) versions.splice(known)
  if (versions.length === 0 && known < 0) lineage.proven = false
  versions.push(version)
  versions.splice(1, Math.max(0, versions.length - 2 - maxBetween))
}

/** The same version, but of another folder. */
export function refreshVersion({ versions }: Lineage, version: AcceptedPlugin): void {
  versions[versions.length - 1] = version
}

/** A version is no way back any more. */
export function dropVersion(lineage: Lineage, build: string): void {
  const at = lineage.versions.findIndex((version) => version.build === build)
  if (at < 0 || at === lineage.versions.length - 1) return
  lineage.versions.splice(at, 1)
  if (at === 0) lineage.proven = false
}

export function prove(lineage: Lineage): void {
  lineage.versions = [currentVersion(lineage)]
  lineage.proven = true
}

/** Goes back to the fallback. @returns the version that was current */
export function goBackTo(lineage: Lineage): AcceptedPlugin {
  return lineage.versions.pop()!
}
