import type { PluginDocument } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import { shellWord } from '../../../core/shell-word.js'
import type { Invocation } from '../../invocation.js'
import type { Page } from '../../page.js'
import { show as showMessage } from '../../views/message.js'
import { paragraph } from '../../views/paragraph.js'

/**
 * Grants what a plugin asks for. What was shown and what is granted is the same: the decision names the build.
 * @throws a `ClaimdError`, code `NOT_CONFIRMED`, when nobody says yes
 */
export async function trust(
  { world, output, socket }: Invocation,
  name: string,
  { yes = false }: { yes?: boolean },
): Promise<void> {
  const client = await world.connect(await socket())
  const plugin = await client.plugin(name)
  const asks = plugin.permissions.missing.length > 0
  if (asks && !yes)
    await confirm(plugin, await world.ask(`${request(plugin, output.page())}Grant this? [y/N] `))
  const document = await client.trustPlugin(name, plugin.inFolder.build)
  output.document(document, (decision, page) =>
    yes && asks ? request(plugin, page) + showMessage(decision, page) : showMessage(decision, page),
  )
}

async function confirm(
  { name, permissions: { missing } }: PluginDocument,
  answer: string | null,
): Promise<void> {
  if (answer !== null && /^\s*y(es)?\s*$/i.test(answer)) return
  const command = `claimd plugin trust ${shellWord(name)}`
  throw claimdError('NOT_CONFIRMED', {
    message: `nothing was granted to ${name}, which asks to: ${missing.join('; ')}`,
    found: answer === null ? 'nobody to ask: standard input is no terminal' : `the answer "${answer}"`,
    expected: 'yes, or --yes on the command line',
    remedy:
      answer === null
        ? `in a script, after reading what it asks for: ${command} --yes`
        : `to be asked again: ${command}`,
  })
}

/** What a plugin asks for, as far as it was not granted before. */
function request(
  { name, inFolder: { version, build }, folder, permissions }: PluginDocument,
  page: Page,
): string {
  const { missing, granted } = permissions
  const list = (sentences: readonly string[]) =>
    sentences.map((sentence) => paragraph(page, '  - ', sentence)).join('')
  const title = `${name} ${version ?? ''} (build ${build.slice(0, 12)}) in ${folder}`
  return [
    paragraph(page, '', title, { indent: 2, paint: page.colours.bold }),
    granted.length > 0 ? `may already:\n${list(granted)}and asks to:\n` : 'asks to:\n',
    list(missing),
  ].join('')
}
