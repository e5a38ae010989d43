import type { Command } from 'commander'
import type { Invocation } from '../invocation.js'
import type { RunOptions } from '../run.js'

/** `claimd run`: its own code is loaded only when it runs. */
export function addRun(program: Command, invocation: Invocation): void {
  program
    .command('run')
    .description('the daemon, in the foreground')
    .option('--config <file>', 'the configuration file')
    .option('--plugins <dir>', 'a folder of plugin folders; several add up', collect)
    .option(
      '--state <dir>',
      'the folder for what has to last; plugins are also looked for in its folder plugins',
    )
    .option('--simulate <file>', 'adapters from a script instead of the kernel, with a state of their own')
    .option('--no-bundled', 'without the plugins that ship with claimd')
    .action(async (options: RunOptions) => {
      const { run } = await import('../run.js')
      await run(invocation, options)
    })
}

function collect(value: string, values: string[] = []): string[] {
  return [...values, value]
}
