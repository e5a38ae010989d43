import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Records } from '../../core/kernel/store-port.js'
import { slug } from '../places.js'

export interface PluginUser {
  uid: number
  gid: number
}

/** User ids, both ends included. */
export interface UserRange {
  first: number
  last: number
}

/**
 * The ids that plugins get. Login users end at 60000, systemd gives 60001 to 60705 and 61184 to 65519 to its
 * own purposes, and ids over 65535 do not exist in many containers.
 */
export const pluginUserRange: UserRange = { first: 60_706, last: 61_183 }

const kind = 'plugin-user'

/** No plugin's name holds a blank. */
const retiredKey = (uid: number) => `removed ${uid}`

/** The plugin was removed: its user is given to no other one, as long as there are others to give. */
export function retireUser(records: Records, plugin: string): void {
  const found = records.all<{ uid: number }>(kind).find(({ key }) => key === plugin)
  if (!found) return
  records.put(kind, retiredKey(found.value.uid), found.value)
  records.drop(kind, plugin)
}

/** Gives each plugin a user of its own, and always the same one. */
export class PluginUsers {
  readonly #records: Records
  readonly #data: string
  readonly #range: UserRange
  readonly #uids: Map<string, number>
  /** Seen in running processes before any plugin of this host ran. */
  readonly #running: ReadonlySet<number>

  constructor(records: Records, data: string, range = pluginUserRange) {
    this.#records = records
    this.#data = data
    this.#range = range
    this.#uids = new Map(records.all<{ uid: number }>(kind).map(({ key, value }) => [key, value.uid]))
    this.#running = uidsOfProcesses()
  }

  /** @throws an `Error` when the range is used up; a `ClaimdError` when it cannot be remembered */
  userOf(plugin: string): PluginUser {
    const uid = this.#uids.get(plugin) ?? this.#give(plugin)
    return { uid, gid: uid }
  }

  /** Its record was retired by {@link retireUser}. */
  forget(plugin: string): void {
    const uid = this.#uids.get(plugin)
    if (uid === undefined) return
    this.#uids.delete(plugin)
    this.#uids.set(retiredKey(uid), uid)
  }

  #give(plugin: string): number {
    const uid = this.#before(plugin) ?? this.#free() ?? this.#leastBad()
    this.#records.put(kind, plugin, { uid })
    this.#dropRetired(uid)
    this.#uids.set(plugin, uid)
    return uid
  }

  /** The one whose folder is still there, though it is not remembered. */
  #before(plugin: string): number | null {
    const { first, last } = this.#range
    const owner = statSync(join(this.#data, slug(plugin)), { throwIfNoEntry: false })?.uid
    if (owner === undefined || owner < first || owner > last) return null
    return [...this.#uids.values()].includes(owner) ? null : owner
  }

  #free(): number | null {
    const { first, last } = this.#range
    const taken = new Set([
      ...this.#uids.values(),
      ...this.#running,
      ...idsIn('/etc/passwd'),
      ...idsIn('/etc/group'),
      ...ownersIn(this.#data),
    ])
    const count = last - first + 1
    // Hosts with other state folders begin elsewhere: they know nothing of each other's plugins.
    const start = createHash('sha256').update(this.#data).digest().readUInt32LE() % count
    for (let step = 0; step < count; step++) {
      const uid = first + ((start + step) % count)
      if (!taken.has(uid)) return uid
    }
    return null
  }

  /** That of a plugin that was removed, when no other is left. */
  #leastBad(): number {
    const { first, last } = this.#range
    for (const [key, uid] of this.#uids)
      if (key === retiredKey(uid) && !this.#running.has(uid) && !ownersIn(this.#data).includes(uid))
        return uid
    throw new Error(`all user ids from ${first} to ${last} are in use`)
  }

  #dropRetired(uid: number): void {
    if (this.#uids.delete(retiredKey(uid))) this.#records.drop(kind, retiredKey(uid))
  }
}

/** The third column of a file such as /etc/passwd. */
function idsIn(path: string): number[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => Number.parseInt(line.split(':')[2] ?? '', 10))
  } catch {
    return []
  }
}

function uidsOfProcesses(): Set<number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return new Set(pids.map((pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? 0))
}

function ownersIn(folder: string): number[] {
  return readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.uid ?? 0)
}
