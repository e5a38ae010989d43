import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import type { ControlClient } from '../../client.js'
import type { Invocation } from '../../invocation.js'
import { defaultPaths, fromFolder } from '../../paths.js'
import { describeFound } from '../../unreachable.js'
import { usageError } from '../../usage.js'

/** Where plugins are installed, and who runs those that are. */
export interface InstallPlace {
  /** The state folder. */
  state: string
  /** The folder of the installed plugins, in the state folder. */
  folder: string
  /** The daemon whose state folder it lies in; `null` when none answers, or the one that does has another. */
  daemon: ControlClient | null
  /** Why there is no daemon to be told, in words; empty where there is one. */
  because: string
}

/**
 * The state folder that is named, else that of the daemon that answers, or that runs without its socket, else the usual
 * one.
 * @throws a `ClaimdError`, code `USAGE`, when `state` is empty
 */
export async function installPlace(
  { world, ownSocket }: Invocation,
  state: string | undefined,
): Promise<InstallPlace> {
  if (state === '') throw usageError('--state names no path', 'an empty text', 'a path')
  const named = state === undefined ? null : fromFolder(world, state)
  const place = (state: string, daemon: ControlClient | null, because = '') => {
    return { state, folder: join(state, 'plugins'), daemon, because }
  }
  try {
    const client = await world.connect(await ownSocket())
    const { state: own } = await client.status()
    if (named === null || (await isSame(named, own))) return place(named ?? own, client)
    return place(named, null, `the daemon that answers keeps its state in ${own} and is left alone`)
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    const usual = defaultPaths(world.env, world.uid).state
    // One that runs without its socket has the state that is meant all the same.
    const found = await world.findDaemon({ socket: await ownSocket(), state: named ?? usual })
    if (found === null) return place(named ?? usual, null, error.message)
    return place(named ?? found.state, null, `${error.message}; ${describeFound(found)}`)
  }
}

async function isSame(one: string, other: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => path)
  return (await real(one)) === (await real(other))
}
