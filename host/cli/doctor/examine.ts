import { join } from 'node:path'
import { ClaimdError, type DoctorDocument } from '@claimd/sdk'
import type { ControlClient } from '../client.js'
import type { Invocation } from '../invocation.js'
import { defaultPaths, fromFolder } from '../paths.js'
import { withOwnDaemon } from '../unreachable.js'
import { usageError } from '../usage.js'
import { type DaemonFacts, findings } from './findings.js'

/**
 * Looks at everything that claimd needs: as the daemon finds it where one runs, and from here.
 * @returns what was found, and why no daemon could be asked: `null` when one was
 */
export async function examine(
  invocation: Invocation,
  options: { config?: string; state?: string },
): Promise<{ document: DoctorDocument; unreachable: ClaimdError | null }> {
  const { world, socket } = invocation
  const paths = defaultPaths(world.env, world.uid)
  const named = (flag: string, value: string | undefined) => {
    if (value === '') throw usageError(`${flag} names no path`, 'an empty text', 'a path')
    return value === undefined ? undefined : fromFolder(world, value)
  }
  const config = named('--config', options.config)
  const state = named('--state', options.state)
  const socketPath = await socket()
  const asked = await daemonFacts(world.connect, socketPath)
  const daemon = asked instanceof ClaimdError ? await withOwnDaemon(asked, invocation) : asked
  const tools = await world.tools()
  const isRunning = !(daemon instanceof ClaimdError)
  // A daemon that runs knows its own paths, whatever the defaults are here; a path that was named is examined.
  const places = {
    config: config ?? (isRunning ? daemon.status : paths).config,
    state: state ?? (isRunning ? daemon.status : paths).state,
  }
  const found = isRunning ? null : await world.findDaemon({ socket: socketPath, state: places.state })
  // Where one runs that does not answer, its state matters.
  if (found !== null && options.state === undefined) places.state = found.state
  const machine = await tools.examine({
    ...places,
    configRequired: options.config !== undefined,
    plugins: isRunning ? daemon.status.plugins : [join(places.state, 'plugins')],
    bundled: isRunning ? daemon.plugins.some(({ bundled }) => bundled) : true,
  })
  const assumed = {
    config: !isRunning && config === undefined,
    state: !isRunning && state === undefined && found === null,
  }
  const whole = { socket: socketPath, ...places, uid: world.uid, found, assumed }
  return {
    document: { daemon: isRunning, findings: findings(machine, daemon, whole) },
    unreachable: isRunning ? null : daemon,
  }
}

async function daemonFacts(
  connect: (socket: string) => Promise<ControlClient>,
  socket: string,
): Promise<DaemonFacts | ClaimdError> {
  try {
    const client = await connect(socket)
    const [status, { plugins, unreadable }] = [await client.status(), await client.plugins()]
    const usual = plugins.find(({ state }) => state !== 'rejected')
    return { status, plugins, unreadable, walls: usual ? (await client.plugin(usual.name)).walls : null }
  } catch (error) {
    if (error instanceof ClaimdError) return error
    throw error
  }
}
