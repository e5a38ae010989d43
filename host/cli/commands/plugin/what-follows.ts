import { setTimeout as delay } from 'node:timers/promises'
import { ClaimdError, type PluginDocument } from '@claimd/sdk'
import { shellWord } from '../../../core/shell-word.js'
import type { ControlClient } from '../../client.js'
import type { InstallPlace } from './install-place.js'

/** So long a daemon may take to find what was installed, in milliseconds, and between two looks. */
const patienceMs = 5_000
const everyMs = 100

/** What a daemon does with a plugin that was installed. */
export interface WhatFollows {
  /** As the daemon says; `null` where no daemon runs what is installed there. */
  state: PluginDocument['state'] | null
  /** In words. */
  next: string
  /** The command that lets it run, if one is needed. */
  remedy: string | null
  /** What has to be granted before it runs, a sentence each: also what is no part of its manifest. */
  missing: string[]
}

/** Finds out what happens now to a plugin that was installed. */
export async function whatFollows(
  { daemon, because, state }: InstallPlace,
  installed: { name: string; build: string; folder: string },
): Promise<WhatFollows> {
  if (daemon === null) {
    const next = `nothing runs it now: ${because}; a daemon that keeps its state in ${state} will`
    return { state: null, next, remedy: null, missing: [] }
  }
  const plugin = await found(daemon, installed)
  const name = shellWord(installed.name)
  if (plugin === null) {
    const remedy = `claimd plugin show ${name}`
    return { state: null, next: 'the daemon has not looked at it yet', remedy, missing: [] }
  }
  return { state: plugin.state, missing: plugin.permissions.missing, ...judged(plugin, installed, name) }
}

/** The plugin of this name once the daemon knows the new build, or has another folder for the name. */
async function found(
  daemon: ControlClient,
  { name, build, folder }: { name: string; build: string; folder: string },
): Promise<PluginDocument | null> {
  const end = performance.now() + patienceMs
  for (;;) {
    try {
      const plugin = await daemon.plugin(name)
      // Where another folder has the name, nothing will change about that.
      if (plugin.inFolder.build === build || plugin.folder !== folder) return plugin
    } catch (error) {
      if (!(error instanceof ClaimdError)) throw error
      if (error.code !== 'PLUGIN_NOT_FOUND') return null
    }
    if (performance.now() > end) return null
    await delay(everyMs)
  }
}

function judged(
  plugin: PluginDocument,
  { folder, build }: { folder: string; build: string },
  name: string,
): Pick<WhatFollows, 'next' | 'remedy'> {
  const { state, because, permissions, bundled } = plugin
  if (plugin.folder !== folder) {
    const other = bundled
      ? 'the one that ships with claimd'
      : `the one in ${plugin.folder}, which comes first,`
    return { next: `it does not run: of two plugins of this name, ${other} does`, remedy: null }
  }
  if (state === 'disabled') {
    return { next: `it does not run: ${because}`, remedy: `claimd plugin enable ${name}` }
  }
  if (permissions.missing.length > 0) {
    const goesOn = plugin.active !== null && plugin.active.build !== build && state !== 'untrusted'
    const before = goesOn ? '; the version before goes on' : ''
    const next = `it does not run before an operator grants what it asks for${before}`
    return { next, remedy: `claimd plugin trust ${name}` }
  }
  if (state === 'rejected' || state === 'untrusted' || state === 'quarantined') {
    return { next: `it is ${state}: ${because}`, remedy: `claimd plugin show ${name}` }
  }
  const granted = permissions.asked.length > 0 ? 'what it asks for was granted before' : 'it asks for nothing'
  return { next: `${granted}, so it runs as soon as it is needed`, remedy: null }
}
