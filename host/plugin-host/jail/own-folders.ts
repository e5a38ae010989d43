import { chmodSync, lchownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PluginUser } from './plugin-users.js'

/** Makes the folder that a plugin writes, for nobody else. */
export function makeDataFolder(path: string, user: PluginUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  // It may have had a user of its own once, or have one only now.
  const owner = user ?? { uid: process.geteuid!(), gid: process.getegid!() }
  if (lstatSync(path).uid !== owner.uid) giveAll(path, owner)
  chmodSync(path, 0o700)
}

/** Lets one plugin, and no other, into the folder of its staged code. */
export function makeCodeFolder(path: string, user: PluginUser | null): void {
  mkdirSync(path, { recursive: true })
  if (user === null) return
  const { uid, gid, mode } = lstatSync(path)
  if (uid !== 0 || gid !== user.gid) lchownSync(path, 0, user.gid)
  if ((mode & 0o7777) !== 0o750) chmodSync(path, 0o750)
}

/** Everything in a folder that another user had before. Links are changed themselves, never followed. */
function giveAll(path: string, user: PluginUser): void {
  // From the inside: as long as the folder is not the plugin's, nothing in it can be exchanged.
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveAll(join(path, name), user)
  lchownSync(path, user.uid, user.gid)
}
