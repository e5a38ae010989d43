import { constants } from 'node:os'
import type { Command } from 'commander'
import { exitCodes } from '../../exit-codes.js'
import type { Invocation } from '../../invocation.js'
import { fromFolder } from '../../paths.js'

/** `claimd plugin verify`: a plugin that does not conform makes it exit with 13. */
export function addVerify(plugin: Command, { world, output, exitWith }: Invocation): void {
  plugin
    .command('verify')
    .description('run a plugin with the conformance kit: real host, simulated adapters')
    .argument('<source>', "the plugin's folder, or a .tgz of it")
    .option('--case <id>', 'only this case; several add up', collect)
    .action(async (folder: string, options: { case?: string[] }) => {
      // Ending at once, but not without the clearing up that the end of a process brings.
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        world.signals.on(signal, () => world.exit(128 + constants.signals[signal]))
      const only = options.case === undefined ? {} : { only: options.case }
      const report = await world.verifyPlugin({ folder: fromFolder(world, folder), ...only })
      output.document(report, (await import('../../views/conformance.js')).show)
      if (!report.passed) exitWith(exitCodes.unfulfillable)
    })
}

function collect(value: string, values: string[] = []): string[] {
  return [...values, value]
}
