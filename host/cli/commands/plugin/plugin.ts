import type { Command } from 'commander'
import type { Invocation } from '../../invocation.js'
import { addCheck } from './check.js'

/** `claimd plugin …`: for those who write plugins, and for those who run them. */
export function addPluginCommands(program: Command, invocation: Invocation): void {
  const plugin = program
    .command('plugin')
    .description('make, check, install, trust and watch plugins; see: claimd plugin --help')
  addCheck(plugin, invocation)
}
