import { join } from 'node:path'
import type { Fault } from '@claimd/sdk'
import type { FoundPlugin } from './found-plugin.js'

/** The hashes that the operator allows, by plugin name; other plugins may have any. */
export type Pins = ReadonlyMap<string, string>

/**
 * Decides which of the plugins with one name is the plugin of that name: the one that was found first, that is
 * in the folder that comes first in the search path, and within a folder by the code points of the names. It
 * is also the one when it is faulty or not the pinned one: which copy runs should not change with what is wrong
 * with another.
 * @param plugins in the order in which they were found
 */
export function preferFirst(plugins: readonly FoundPlugin[]): FoundPlugin[] {
  const first = new Map<string, FoundPlugin>()
  return plugins.map((plugin) => {
    if (!plugin.named) return plugin
    const winner = first.get(plugin.name)
    if (winner) return refused(plugin, duplicateFault(plugin, winner))
    first.set(plugin.name, plugin)
    return plugin
  })
}

/** Refuses plugins whose content is not the one that the operator has pinned. */
export function refuseUnpinned(plugins: readonly FoundPlugin[], pins: Pins): FoundPlugin[] {
  return plugins.map((plugin) => {
    const pin = pins.get(plugin.name)
    return pin === undefined || !plugin.accepted || plugin.build === hexOf(pin)
      ? plugin
      : refused(plugin, pinFault(plugin, pin))
  })
}

/** The digits of a pin. */
export function hexOf(pin: string): string {
  return pin.replace(/^sha256:/, '')
}

function duplicateFault({ name, folder }: FoundPlugin, winner: FoundPlugin): Fault {
  return {
    file: join(folder, 'package.json'),
    field: 'name',
    found: `"${name}" in ${folder}`,
    expected: `a name of its own; ${winner.folder} comes first and has this one`,
    remedy: `Remove ${folder}, or the other folder`,
  }
}

function pinFault({ name, folder, build }: FoundPlugin, pin: string): Fault {
  return {
    file: folder,
    field: '',
    found: `content with the hash sha256:${build}`,
    expected: `sha256:${hexOf(pin)}, which plugins.pinned in the configuration says`,
    remedy: `Put the pinned version back, or pin what is there: "${name}": "sha256:${build}"`,
  }
}

function refused(plugin: FoundPlugin, fault: Fault): FoundPlugin {
  return { ...plugin, accepted: null, faults: [...plugin.faults, fault] }
}
