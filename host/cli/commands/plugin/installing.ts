import type { Command } from 'commander'
import type { Invocation } from '../../invocation.js'
import type { InstallOptions } from './install.js'

/** Putting plugins into the state folder and taking them out again; both work without a daemon. */
export function addInstalling(plugin: Command, invocation: Invocation): void {
  plugin
    .command('install')
    .description("check a plugin and put it, whole, into the state folder's folder plugins")
    .argument('<source>', "the plugin's folder, or a .tgz that claimd plugin pack made")
    .option('--state <dir>', 'the state folder of the daemon that is to run it')
    .option('--force', 'also in the place of a newer version, or of other content of the same version')
    .option(
      '--replace-bundled',
      'also under the name of a plugin that ships with claimd, in whose place it runs',
    )
    .action(async (source: string, options: InstallOptions) => {
      const { install } = await import('./install.js')
      await install(invocation, source, options)
    })
  plugin
    .command('remove')
    .description('remove an installed plugin, what it stored, and what was decided about it')
    .argument('<name>', "the plugin's whole name")
    .option('--state <dir>', 'the state folder of the daemon that runs it')
    .option('--keep-data', 'keep what it stored: for the same build, or for one that is trusted with it')
    .option('--undo', 'also take back what it changed about links')
    .action(async (name: string, options: { state?: string; keepData?: boolean; undo?: boolean }) => {
      const { remove } = await import('./install.js')
      await remove(invocation, name, options)
    })
}
