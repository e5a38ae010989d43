import type { Command } from 'commander'
import type { Invocation } from '../../invocation.js'
import { usageError } from '../../usage.js'
import type { NewOptions } from './create.js'

/** `claimd plugin new`: a plugin to begin with. */
export function addNew(plugin: Command, invocation: Invocation): void {
  plugin
    .command('new')
    .description('begin a plugin: a folder with a provider, its manifest and its tests')
    .argument('[dir]', 'the folder; made if it is not there, and empty otherwise', '.')
    .option('--typescript', 'in TypeScript; this is the default')
    .option('--javascript', 'in JavaScript')
    .option('--connects', 'with a provider that connects; without it, one that only claims')
    .option('--name <name>', "the plugin's name, an npm package name; default: the folder's name")
    .action(async (folder: string, options: NewOptions & { typescript?: boolean; javascript?: boolean }) => {
      if (options.typescript && options.javascript)
        throw usageError('a plugin is in one language', '--typescript and --javascript', 'one of the two')
      if (folder === '') throw usageError('new names no folder', 'an empty text', 'a path')
      const { createPlugin } = await import('./create.js')
      await createPlugin(invocation, folder, options.javascript ? 'javascript' : 'typescript', options)
    })
}
