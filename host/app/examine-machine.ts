import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PluginWall } from '@claimd/sdk'
import type { LinkSource } from '../core/adapters/link.js'
import type { MachineFacts } from './machine-facts.js'
import type { ExaminedConfiguration } from './tools.js'

/** What each room knows to find out. */
export interface Examinations {
  configuration(): Promise<Pick<ExaminedConfiguration, 'fault' | 'doubts'>>
  makeLinks(): LinkSource
  udev(): MachineFacts['udev']
  /** @throws where /proc is not there */
  networkNamespace(): string
  walls(): Promise<PluginWall[]>
  tools(): MachineFacts['tools']
  database(): MachineFacts['database']
}

/** Finds out what works on this machine, and changes nothing on it. */
export async function examineMachine(state: string, rooms: Examinations): Promise<MachineFacts> {
  const { fault, doubts } = await rooms.configuration()
  return {
    node: process.version,
    links: await examineLinks(rooms.makeLinks()),
    udev: rooms.udev(),
    networkNamespace: orNull(rooms.networkNamespace),
    walls: await rooms.walls(),
    tools: rooms.tools(),
    configuration: fault,
    configurationDoubts: doubts,
    state: await stateTrouble(state),
    database: rooms.database(),
  }
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch {
    return null
  }
}

async function examineLinks(source: LinkSource): Promise<MachineFacts['links']> {
  try {
    await source.start(() => {})
    return { kind: source.kind, because: source.because }
  } catch (error) {
    return { kind: 'none', because: (error as Error).message }
  } finally {
    source.close()
  }
}

/** A folder that is not there is made by the daemon, where it may. */
async function stateTrouble(folder: string): Promise<string | null> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
    if (found instanceof Error && found.code === 'ENOENT' && path !== '/') continue
    if (found instanceof Error) return found.message
    if (!found.isDirectory()) return `${path} is no folder`
    const mayWrite = await access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    )
    return mayWrite ? null : `this user may not write to ${path}`
  }
}
