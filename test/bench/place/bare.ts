import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Jail } from '../../../host/plugin-host/jail/jail.js'
import { baseFlags } from '../../../host/plugin-host/jail/node-flags.js'
import { Places } from '../../../host/plugin-host/places.js'
import { volatileRecords } from '../../../host/plugin-host/volatile-records.js'
import type { Place } from './place.js'

/** What each process of these does: it says a word, and lives until it is ended. */
const code = 'process.stdout.write("ready\\n"); setInterval(() => {}, 1 << 30)'

/** A Node process that does nothing, with the flags and the clean environment of a plugin's. */
export function startBare(place: Place): ChildProcess {
  return place.spawn([process.execPath, ...baseFlags, '-e', code], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Starts the same process behind the walls of a plugin. */
export async function openJail(place: Place): Promise<() => ChildProcess> {
  const places = new Places(join(place.folder, 'bare'))
  const jail = await Jail.open({ stage: places.stage, data: places.data, records: volatileRecords() })
  place.undo(() => jail.close())
  const runner = join(places.stage, 'runner', 'bare.cjs')
  writeFileSync(runner, code)
  return () => {
    const child = jail.launch({
      plugin: 'bare',
      runner,
      readable: [],
      data: places.dataOf('bare'),
      network: false,
      inspect: false,
      sourceMaps: false,
    })
    place.undo(() => child.kill('SIGKILL'))
    child.stderr!.resume()
    return child
  }
}

/** @returns the milliseconds from starting a process to its word; then it is ended */
export async function timeToWord(start: () => ChildProcess): Promise<number> {
  const before = process.hrtime.bigint()
  const child = start()
  await once(child.stdout!, 'data')
  const ms = Number(process.hrtime.bigint() - before) / 1e6
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  return ms
}
