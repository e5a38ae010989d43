import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { child } from './files.js'
import type { Place } from './place.js'
import { writePlugins } from './plugins.js'
import { writeSimulation } from './simulation.js'

/** What a daemon on simulated links found of itself; times from its start, in milliseconds; memory in bytes. */
export interface Found {
  startedMs: number
  settledMs: number
  claimed: number
  rss: number
  afterCollection: number
}

/** A daemon on simulated links, shared out evenly among providers that want a part of them each. */
export async function selfMeasuring(
  place: Place,
  { adapters, plugins, providersEach }: { adapters: number; plugins: number; providersEach: number },
): Promise<Found> {
  const providers = plugins * providersEach
  const script = writeSimulation(place, adapters, (number) => `s${number % providers}-${number}`)
  const folder = writePlugins(
    join(place.folder, 'plugins'),
    plugins,
    providersEach,
    (number) => `s${number}-*`,
  )
  const daemon = fork(child('daemon'), [place.folder, script, folder], { execArgv: ['--expose-gc'] })
  place.undo(() => daemon.kill('SIGKILL'))
  const ended = once(daemon, 'exit')
  const found = (await Promise.race([
    once(daemon, 'message').then(([message]) => message),
    ended.then(([code]) => {
      throw new Error(`the daemon ended with ${code}`)
    }),
  ])) as Found
  await ended
  if (found.claimed !== adapters) throw new Error(`${found.claimed} of ${adapters} adapters were claimed`)
  return found
}
