import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTemporaryFolder } from '../../lib/temporary-folder.js'
import { volatileRecords } from '../volatile-records.js'
import { Jail } from './jail.js'
import { pathOf, type Tool } from './tools.js'
import type { Wall } from './wall.js'

/** Tries which walls would stand around a plugin that asks for nothing. What it makes for that is removed. */
export async function examineWalls(): Promise<Wall[]> {
  const folder = makeTemporaryFolder('claimd-doctor-')
  try {
    const options = { stage: join(folder, 'stage'), data: join(folder, 'data'), records: volatileRecords() }
    const jail = await Jail.open(options)
    const walls = jail.walls({ network: false })
    jail.close()
    return walls
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const tools: readonly Tool[] = ['setpriv', 'unshare', 'nsenter', 'prlimit']

/** The programs that walls are built with, and where they are. */
export function examineTools(): { name: string; path: string | null }[] {
  return tools.map((name) => ({ name, path: pathOf(name) }))
}
