import type { Command } from 'commander'
import type { Invocation } from '../../invocation.js'
import { addCheck } from './check.js'
import { addDecisions } from './deciding.js'
import { addInstalling } from './installing.js'
import { addLooking } from './looking.js'
import { addNew } from './new.js'
import { addPack } from './pack.js'
import { addVerify } from './verify.js'

/** `claimd plugin …`: for those who write plugins, and for those who run them. */
export function addPluginCommands(program: Command, invocation: Invocation): void {
  const plugin = program
    .command('plugin')
    .description('make, check, install, trust and watch plugins')
    .summary('make, check, install, trust and watch plugins; see: claimd plugin --help')
  addNew(plugin, invocation)
  addVerify(plugin, invocation)
  addPack(plugin, invocation)
  addInstalling(plugin, invocation)
  addDecisions(plugin, invocation)
  addLooking(plugin, invocation)
  addCheck(plugin, invocation)
}
