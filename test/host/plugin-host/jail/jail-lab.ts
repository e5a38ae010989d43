import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Records } from '../../../../host/core/kernel/store-port.js'
import type { Jail } from '../../../../host/plugin-host/jail/jail.js'
import type { LaunchRequest } from '../../../../host/plugin-host/jail/launch-request.js'
import { Places } from '../../../../host/plugin-host/places.js'
import { Obedient } from './obedient.js'

const obey = fileURLToPath(new URL('../../../../../test/fixtures/jail/obey.cjs', import.meta.url))

/** A state folder with a staged runner that obeys. */
export interface LabState {
  folder: string
  stage: string
  data: string
  runner: string
  dataOf(plugin: string): string
  /** The folder of the plugin's copies. */
  copiesOf(plugin: string): string
  codeOf(plugin: string): string
}

/** As a host makes it: nobody but its user can list it. */
export function makeState(parent = '/tmp'): LabState {
  const folder = mkdtempSync(join(parent, 'claimd-jail-'))
  const places = new Places(folder)
  const build = join(places.stage, 'runner', 'build')
  mkdirSync(build, { recursive: true })
  for (const path of [join(places.stage, 'runner'), build]) chmodSync(path, 0o755)
  cpSync(obey, join(build, 'runner.cjs'))
  chmodSync(join(build, 'runner.cjs'), 0o444)
  return {
    folder,
    stage: places.stage,
    data: places.data,
    runner: join(build, 'runner.cjs'),
    dataOf: (plugin) => places.dataOf(plugin),
    copiesOf: (plugin) => places.stagedPlugin(plugin),
    codeOf: (plugin) => join(places.stagedPlugin(plugin), 'build'),
  }
}

export function request(state: LabState, plugin: string, more: Partial<LaunchRequest> = {}): LaunchRequest {
  return {
    plugin,
    runner: state.runner,
    readable: [state.copiesOf(plugin)],
    data: state.dataOf(plugin),
    network: false,
    inspect: false,
    sourceMaps: false,
    ...more,
  }
}

/** Starts an obedient process of a plugin. Its code comes into the stage only then, as after a reload. */
export function launchObedient(
  jail: Jail,
  state: LabState,
  plugin: string,
  more: Partial<LaunchRequest> = {},
) {
  const obedient = new Obedient(jail.launch(request(state, plugin, more)))
  mkdirSync(state.codeOf(plugin), { recursive: true })
  writeFileSync(join(state.codeOf(plugin), 'index.js'), 'export {}\n')
  return obedient
}

/** Records that are kept in memory. */
export class MemoryRecords implements Records {
  readonly #kept = new Map<string, Map<string, unknown>>()

  all<Value>(kind: string): { key: string; value: Value }[] {
    return [...this.#of(kind)].map(([key, value]) => ({ key, value: value as Value }))
  }

  put(kind: string, key: string, value: unknown): void {
    this.#of(kind).set(key, value)
  }

  drop(kind: string, key: string): void {
    this.#of(kind).delete(key)
  }

  #of(kind: string): Map<string, unknown> {
    const kept = this.#kept.get(kind) ?? new Map<string, unknown>()
    this.#kept.set(kind, kept)
    return kept
  }
}
