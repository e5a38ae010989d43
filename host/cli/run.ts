import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Daemon, DaemonOptions } from '../app/daemon.js'
import { makeTemporaryFolder } from '../lib/temporary-folder.js'
import { Account } from './account.js'
import type { Invocation } from './invocation.js'
import { keepDebuggersClosed } from './no-debugger.js'
import { defaultPaths, fromFolder } from './paths.js'
import { StopSignals } from './stop-signals.js'
import { refuseSmallThreadPool, refuseUnsafeEnvironment } from './unsafe-environment.js'
import { usageError } from './usage.js'
import type { World } from './world.js'

/** What stands on the command line after `run`. */
export interface RunOptions {
  config?: string
  plugins?: string[]
  state?: string
  simulate?: string
  record?: string
  dev?: boolean
  inspect?: { plugin: string; port: number }[]
  bundled: boolean
}

/** Runs the daemon until a signal stops it, and tells what it does meanwhile. */
export async function run(invocation: Invocation, options: RunOptions): Promise<void> {
  const { world, output } = invocation
  refuseUnsafeEnvironment(world)
  refuseSmallThreadPool(world)
  const allowDebuggers = keepDebuggersClosed()
  const settings = daemonOptions(world, options, fromFolder(world, await invocation.ownSocket()))
  // A simulation must not touch what the real daemon has stored.
  const scratch = options.simulate !== undefined && options.state === undefined
  if (scratch) settings.state = makeTemporaryFolder('claimd-simulation-')
  settings.plugins.push(join(settings.state, 'plugins'))
  const clean = () => {
    if (scratch) rmSync(settings.state, { recursive: true, force: true })
  }
  const signals = new StopSignals(world, clean)
  // Links stay protected even when nobody reads the account any more.
  world.outliveReaders()
  try {
    const daemon = await world.startDaemon(settings)
    await serve(daemon, new Account(world, output, daemon.services, settings), signals)
  } finally {
    signals.close()
    allowDebuggers()
    clean()
  }
}

async function serve(daemon: Daemon, account: Account, signals: StopSignals): Promise<void> {
  try {
    account.open()
    const settled = daemon.settled.then(() => true)
    if (await Promise.race([settled, signals.first.then(() => false)])) account.follow()
    account.stopping(await signals.first)
  } finally {
    await daemon.stop()
    account.close()
  }
  account.stopped()
}

function daemonOptions(world: World, options: RunOptions, socket: string): DaemonOptions {
  const { dev = false, inspect = [] } = options
  if (inspect.length > 0 && !dev)
    throw usageError(
      '--inspect needs --dev',
      'no --dev',
      'both',
      'a debugger gets past the walls of a plugin; see: claimd run --help',
    )
  const paths = defaultPaths(world.env, world.uid)
  return {
    config: path(world, '--config', options.config) ?? paths.config,
    configRequired: options.config !== undefined,
    plugins: (options.plugins ?? []).map((name) => pluginFolder(world, name)),
    bundled: options.bundled,
    state: path(world, '--state', options.state) ?? paths.state,
    socket,
    dev,
    inspect,
    simulate: path(world, '--simulate', options.simulate) ?? null,
    record: path(world, '--record', options.record) ?? null,
  }
}

function path(world: World, flag: string, value: string | undefined): string | undefined {
  if (value === '') throw usageError(`${flag} names no path`, 'an empty text', 'a path')
  return value === undefined ? undefined : fromFolder(world, value)
}

/** A folder that somebody named and that is not there is a slip of the hand. */
function pluginFolder(world: World, name: string): string {
  const folder = path(world, '--plugins', name)!
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory()) return folder
  throw usageError(
    '--plugins names no folder',
    found ? `${folder}, which is not a folder` : `${folder}, which does not exist`,
    'a folder that holds plugin folders',
    'name the folder above the one that holds the package.json, or make it first',
  )
}
