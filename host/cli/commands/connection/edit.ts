import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ClaimdError,
  type ConnectionChangeDocument,
  type ConnectionDocument,
  type ErrorDocument,
} from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import { shellWord } from '../../../core/shell-word.js'
import { makeTemporaryFolder } from '../../../lib/temporary-folder.js'
import type { ControlClient } from '../../client.js'
import { showFailure } from '../../failure.js'
import type { Invocation } from '../../invocation.js'
import { show } from '../../views/message.js'
import type { World } from '../../world.js'
import { parseConfiguration, readConfiguration, textOf } from './read-configuration.js'

/** What can be mended by editing again. */
const mendable: ReadonlySet<string> = new Set([
  'USAGE',
  'CONFIGURATION_INVALID',
  'CONNECTION_CONFIG_INVALID',
  'CONNECTION_TYPE_UNKNOWN',
])

/** Edits how a connection is configured: in an editor, or as a file says. What is refused is not lost. */
export async function edit(
  invocation: Invocation,
  client: ControlClient,
  name: string,
  { file, change: read, immediate = false }: { file?: string; change?: string; immediate?: boolean },
): Promise<void> {
  const { world, output } = invocation
  const before = await client.connection(name)
  const { configuration, change } = before
  if (configuration === null || change === null) throw notEditable(before)
  const update = (text: Parameters<ControlClient['updateConnection']>[1]) =>
    client.updateConnection(name, text, { change: read ?? change, immediate })
  if (file !== undefined) return output.document(await update(await readConfiguration(world, file)), show)
  const draft = new Draft(name, `${JSON.stringify(configuration, null, 2)}\n`)
  for (;;) {
    try {
      await draft.edit(world)
      const document = draft.isUntouched ? unchanged(before) : await update(draft.parse())
      draft.remove()
      return output.document(document, show)
    } catch (error) {
      if (!(error instanceof ClaimdError) || !mendable.has(error.code)) throw draft.kept(error)
      output.warn(error.document, showFailure)
      const answer = await world.ask('Edit it again? [Y/n] ')
      if (answer === null || !/^\s*(y(es)?)?\s*$/i.test(answer)) throw draft.kept(error)
    }
  }
}

/** The text that is edited, in a folder that nobody else can look into: it may have secrets. */
class Draft {
  readonly #folder: string

  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {
    this.#folder = makeTemporaryFolder('claimd-edit-', (folder) => {
      writeFileSync(join(folder, 'connection.json'), text, { mode: 0o600 })
    })
  }

  get file(): string {
    return join(this.#folder, 'connection.json')
  }

  get isUntouched(): boolean {
    return textOf(this.file) === this.text
  }

  /** @throws PROGRAM_UNUSABLE */
  async edit(world: World): Promise<void> {
    const editor = world.env.VISUAL || world.env.EDITOR || 'vi'
    // An interrupt is for the editor, and must not leave it without claimd.
    const ignore = () => {}
    world.signals.on('SIGINT', ignore)
    const code = await world.edit(editor, this.file).finally(() => world.signals.off('SIGINT', ignore))
    if (code === 0) return
    throw claimdError('PROGRAM_UNUSABLE', {
      message: `the editor failed, so connection ${this.name} is left as it is`,
      found: `${editor} ended with exit code ${code}`,
      expected: 'an editor that ends with 0',
      remedy: 'name another with VISUAL or EDITOR',
    })
  }

  parse() {
    return parseConfiguration(textOf(this.file), this.file)
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** What was edited stays, and is named: unless nothing was. */
  kept(error: unknown): unknown {
    let isUntouched = false
    try {
      isUntouched = this.isUntouched
    } catch {
      // The editor took it away.
    }
    if (isUntouched) this.remove()
    if (isUntouched || !(error instanceof ClaimdError)) return error
    const name = shellWord(this.name)
    const again = `claimd connection edit ${name} --file ${shellWord(this.file)}`
    // With the file as it is, the edit of the other one would be lost.
    const kept =
      error.code === 'CONNECTION_CHANGED'
        ? `what you wrote is kept in ${this.file}; to make that edit to what is configured now: claimd connection edit ${name}`
        : `what you wrote is kept; when it is right: ${again}`
    const document = error.document as ErrorDocument
    const remedy = document.remedy === null ? kept : `${document.remedy}; ${kept}`
    return new ClaimdError({ ...document, remedy, ...keptFaults(document, kept) }, { cause: error })
  }
}

/** Of faults only what stands with each is shown. */
function keptFaults({ faults }: ErrorDocument, kept: string): Pick<ErrorDocument, 'faults'> {
  if (!faults) return {}
  const last = faults.length - 1
  return {
    faults: faults.map((fault, at) =>
      at === last ? { ...fault, remedy: `${fault.remedy}; ${kept}` } : fault,
    ),
  }
}

function unchanged({ name, change, deferred }: ConnectionDocument): ConnectionChangeDocument {
  const message = `connection ${name} is left as it is: nothing was edited`
  return { result: 'SUCCESS', connection: name, change, deferred, message }
}

function notEditable({ name, source }: ConnectionDocument): ClaimdError {
  if (source === 'file')
    return claimdError('CONNECTION_IN_FILE', {
      message: `connection ${name} is configured in the configuration file`,
      found: 'a connection of the file, which wins',
      expected: 'a connection that is not in the file',
      remedy: 'edit the file; for its path see: claimd status',
    })
  return claimdError('CONNECTION_NOT_FOUND', {
    message: `connection ${name} is not configured`,
    found: 'a connection that lives as long as its claim',
    expected: 'a configured connection',
    remedy: `to configure one of that name: claimd connection add ${shellWord(name)} --type TYPE`,
  })
}
