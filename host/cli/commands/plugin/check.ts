import type { Command } from 'commander'
import type { Invocation } from '../../invocation.js'
import { fromFolder } from '../../paths.js'

/** `claimd plugin check`: no daemon is needed; a plugin with faults makes it exit with 13. */
export function addCheck(plugin: Command, { world, output }: Invocation): void {
  plugin
    .command('check')
    .description("check a plugin's manifest, imports and packages; show what it brings and what it asks for")
    .argument('<source>', "the plugin's folder, or a .tgz of it")
    .action(async (folder: string) => {
      const document = await world.checkPlugin(fromFolder(world, folder))
      output.document(document, (await import('../../views/plugin-check.js')).show)
    })
}
