import { ClaimdError, type Fault } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import { describeStaying } from '../../../core/ledger/describe-undoing.js'
import { describePermissions } from '../../../core/permissions/describe.js'
import { shellWord } from '../../../core/shell-word.js'
import type { ControlClient } from '../../client.js'
import type { Invocation } from '../../invocation.js'
import type { Page } from '../../page.js'
import { fromFolder } from '../../paths.js'
import { usageError } from '../../usage.js'
import { show as showMessage } from '../../views/message.js'
import { paragraph } from '../../views/paragraph.js'
import { show as showWarnings } from '../../views/warnings.js'
import { installPlace } from './install-place.js'
import { type WhatFollows, whatFollows } from './what-follows.js'

export interface InstallOptions {
  state?: string
  force?: boolean
  replaceBundled?: boolean
}

/** What `plugin install --json` prints. */
export interface InstallDocument extends Omit<WhatFollows, 'missing'> {
  result: 'SUCCESS'
  plugin: string
  version: string
  build: string
  folder: string
  /** The version that was there before. */
  replaced: string | null
  /** What it asks for, a sentence each. */
  asks: string[]
  /** Compiled files that are older than their source. */
  warnings: readonly Fault[]
  message: string
}

/** @throws a `ClaimdError` when it cannot be a plugin here; then nothing was changed */
export async function install(
  invocation: Invocation,
  source: string,
  { state, force = false, replaceBundled = false }: InstallOptions,
) {
  if (source === '') throw usageError('install names no plugin', 'an empty text', 'a folder or a .tgz')
  const { world, output } = invocation
  const place = await installPlace(invocation, state)
  const tools = await world.tools()
  const installed = await tools.install(fromFolder(world, source), place.folder, { force, replaceBundled })
  const { name, version, build, replaced, warnings } = installed
  const { missing, ...follows } = await whatFollows(place, installed)
  const instead = replaced === null ? '' : `, in the place of ${replaced}`
  const document: InstallDocument = {
    result: 'SUCCESS',
    plugin: name,
    version,
    build,
    folder: installed.folder,
    replaced,
    asks: [...new Set([...describePermissions(installed.permissions), ...missing])],
    warnings,
    message: `${name} ${version} is installed in ${installed.folder}${instead}`,
    ...follows,
  }
  output.document(document, showInstalled)
}

function showInstalled(document: InstallDocument, page: Page): string {
  const { build, asks, warnings, message, next, remedy } = document
  const asked = asks.map((sentence) => paragraph(page, '  - ', sentence))
  return [
    paragraph(page, '', message),
    showWarnings(warnings, page),
    asks.length > 0 ? `it asks to (build ${build.slice(0, 12)}):\n${asked.join('')}` : '',
    paragraph(page, '', next),
    remedy === null ? '' : paragraph(page, '  do: ', remedy),
  ].join('')
}

interface RemoveOptions {
  state?: string
  keepData?: boolean
  undo?: boolean
}

/**
 * Removes the plugin, what it stored and what was decided about it. With `--undo` the daemon that runs it takes back
 * what it changed before that: once the plugin is gone, another one may hold its adapters.
 * @throws a `ClaimdError`; then nothing was removed
 */
export async function remove(
  { world, output, ...invocation }: Invocation,
  name: string,
  { state, keepData = false, undo = false }: RemoveOptions,
): Promise<void> {
  const tools = await world.tools()
  const place = await installPlace({ world, output, ...invocation }, state)
  const { daemon, because } = place
  if (undo && !daemon) throw cannotUndo(name, state, because)
  let links = `what it changed about links stays, and is not known: ${because}`
  const before = async () => {
    if (daemon) links = undo ? await undoChanges(daemon, name) : await staying(daemon, name)
  }
  const removed = await tools.remove(name, place.state, { before, keepData })
  const data = daemon ? await forget(daemon, name) : await tools.forget(name, place.state)
  const held = daemon ? await stillHeld(daemon, name) : ''
  const message = `${name} is removed from ${removed.folder}; ${links}; ${data}${held}`
  output.document({ result: 'SUCCESS', plugin: name, folder: removed.folder, message }, showMessage)
}

/** It is disabled for that: otherwise it could make its changes again at once. */
async function undoChanges(daemon: ControlClient, name: string): Promise<string> {
  try {
    const { links, message } = await daemon.disablePlugin(name, 'it is being removed', { undo: true })
    return links ?? message
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    // Nothing of it runs, and what it changed may be there all the same.
    if (error.code === 'PLUGIN_NOT_FOUND') return (await daemon.undoPlugin(name)).message
    throw error
  }
}

async function staying(daemon: ControlClient, name: string): Promise<string> {
  try {
    const { changes } = await daemon.plugin(name)
    return describeStaying(changes) || 'it has changed nothing about links'
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    return `what it changed about links stays, and is not known: ${error.message}`
  }
}

/** Claims outlive their provider: what nobody takes over stays protected. */
async function stillHeld(daemon: ControlClient, name: string): Promise<string> {
  const { adapters } = await daemon.adapters({ provider: [`${name}/*`] })
  if (adapters.length === 0) return ''
  const names = adapters.map(({ name }) => shellWord(name)).join(', ')
  return `; still protected for it, until another provider takes over: ${names} (to end that: claimd release ADAPTER --reason TEXT)`
}

function cannotUndo(name: string, state: string | undefined, because: string) {
  const where = state === undefined ? '' : ` --state ${shellWord(state)}`
  return claimdError('DAEMON_UNREACHABLE', {
    message: `What ${name} changed about links cannot be taken back, so nothing was removed`,
    found: because,
    expected: 'the daemon that runs the plugin',
    remedy: `Start that daemon, or leave the changes: claimd plugin remove ${shellWord(name)}${where}`,
  })
}

async function forget(daemon: ControlClient, name: string): Promise<string> {
  try {
    return (await daemon.forgetPlugin(name)).message
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    return `what it stored is removed before a plugin of that name runs again: ${error.message}`
  }
}
