import { ClaimdError } from '@claimd/sdk'
import { describePermissions } from '../../../core/permissions/describe.js'
import { shellWord } from '../../../core/shell-word.js'
import type { ControlClient } from '../../client.js'
import type { Invocation } from '../../invocation.js'
import type { Page } from '../../page.js'
import { fromFolder } from '../../paths.js'
import { usageError } from '../../usage.js'
import { show as showMessage } from '../../views/message.js'
import { paragraph } from '../../views/paragraph.js'
import { installPlace } from './install-place.js'

interface InstallOptions {
  state?: string
  force?: boolean
}

/** What `plugin install --json` prints. */
export interface InstallDocument {
  result: 'SUCCESS'
  plugin: string
  version: string
  build: string
  folder: string
  /** The version that was there before. */
  replaced: string | null
  /** What it asks for, a sentence each. */
  asks: string[]
  message: string
}

/** @throws a `ClaimdError` when it cannot be a plugin here; then nothing was changed */
export async function install(invocation: Invocation, source: string, options: InstallOptions) {
  if (source === '') throw usageError('install names no plugin', 'an empty text', 'a folder or a .tgz')
  const { world, output } = invocation
  const { folder } = await installPlace(invocation, options.state)
  const installed = await (await world.tools()).install(
    fromFolder(world, source),
    folder,
    options.force ?? false,
  )
  const { name, version, build, replaced } = installed
  const instead = replaced === null ? '' : `, in the place of ${replaced}`
  const document: InstallDocument = {
    result: 'SUCCESS',
    plugin: name,
    version,
    build,
    folder: installed.folder,
    replaced,
    asks: describePermissions(installed.permissions),
    message: `${name} ${version} is installed in ${installed.folder}${instead}`,
  }
  output.document(document, showInstalled)
}

function showInstalled({ plugin, build, asks, message }: InstallDocument, page: Page): string {
  const name = shellWord(plugin)
  if (asks.length === 0) {
    const next = `it asks for nothing, so a running daemon takes it at once; see: claimd plugin show ${name}`
    return paragraph(page, '', message) + paragraph(page, '', next)
  }
  return [
    paragraph(page, '', message),
    `it asks to (build ${build.slice(0, 12)}):\n`,
    ...asks.map((sentence) => paragraph(page, '  - ', sentence)),
    paragraph(
      page,
      '',
      `what of this was not granted before has to be granted before it runs: claimd plugin trust ${name}`,
    ),
  ].join('')
}

interface RemoveOptions {
  state?: string
  keepData?: boolean
}

/**
 * Removes the plugin and what it stored, and has the daemon that runs it take back what it changed and what was
 * granted to it. The changes come first: once the plugin is gone, another one may hold its adapters.
 */
export async function remove(
  { world, output, ...invocation }: Invocation,
  name: string,
  { state, keepData = false }: RemoveOptions,
): Promise<void> {
  const tools = await world.tools()
  const place = await installPlace({ world, output, ...invocation }, state)
  const { daemon, because } = place
  let links = `what it changed about links stays: ${because}`
  const before = async () => {
    if (daemon) links = await undo(daemon, name)
  }
  const removed = await tools.remove(name, place.state, { before, keepData })
  const data = daemon ? await forget(daemon, name) : await tools.forget(name, place.state)
  const message = `${name} is removed from ${removed.folder}; ${links}; ${data}`
  output.document({ result: 'SUCCESS', plugin: name, folder: removed.folder, message }, showMessage)
}

async function undo(daemon: ControlClient, name: string): Promise<string> {
  try {
    return (await daemon.undoPlugin(name)).message
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    return `what it changed about links stays: ${error.message}`
  }
}

async function forget(daemon: ControlClient, name: string): Promise<string> {
  try {
    return (await daemon.forgetPlugin(name)).message
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    return `what it stored is removed before a plugin of that name runs again: ${error.message}`
  }
}
