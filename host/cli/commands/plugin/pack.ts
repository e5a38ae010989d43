import { relative } from 'node:path'
import type { Command } from 'commander'
import type { PackedPlugin } from '../../../core/plugins/packed-plugin.js'
import { shellWord } from '../../../core/shell-word.js'
import type { Invocation } from '../../invocation.js'
import type { Page } from '../../page.js'
import { fromFolder } from '../../paths.js'
import { usageError } from '../../usage.js'
import { paragraph } from '../../views/paragraph.js'
import { show as showWarnings } from '../../views/warnings.js'

/** What `plugin pack --json` prints. */
export interface PackDocument extends Omit<PackedPlugin, 'name'> {
  result: 'SUCCESS'
  plugin: string
  message: string
}

/** `claimd plugin pack`: no daemon is needed; a plugin that lacks something makes it exit with 13. */
export function addPack(plugin: Command, { world, output }: Invocation): void {
  plugin
    .command('pack')
    .description(
      'pack a plugin, with all that it imports and its packages, into a .tgz in the working folder',
    )
    .argument('[dir]', "the plugin's folder, built", '.')
    .action(async (dir: string) => {
      if (dir === '') throw usageError('pack names no folder', 'an empty text', 'a path')
      const here = fromFolder(world, '.')
      const { name, ...packed } = await (await world.tools()).pack(fromFolder(world, dir), here)
      const file = relative(here, packed.file)
      const message = `${name} ${packed.version} is packed into ${file}`
      const document: PackDocument = { result: 'SUCCESS', plugin: name, ...packed, message }
      output.document(document, (made, page) => show(made, file, page))
    })
}

function show(document: PackDocument, file: string, page: Page): string {
  const { message, files, packages, added, warnings, bytes } = document
  const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`
  const size = `${count(files.length, 'file')}, ${Math.ceil(bytes / 1024)} KiB`
  return [
    paragraph(page, '', message, { paint: page.colours.green }),
    paragraph(page, '  ', `${size}, with ${packages.length === 0 ? 'no package' : packages.join(', ')}`),
    ...added.map((path) =>
      paragraph(page, '  ', `${path} is in it because a module names it, though "files" does not list it`),
    ),
    showWarnings(warnings, page),
    paragraph(page, 'to install it: ', `claimd plugin install ${shellWord(file)}`),
  ].join('')
}
