import type { Command } from 'commander'
import { exitCodes } from '../../../core/errors.js'
import type { Invocation } from '../../invocation.js'

/** `claimd plugin verify`: a plugin that does not conform makes it exit with 13. */
export function addVerify(plugin: Command, { world, output, exitWith }: Invocation): void {
  plugin
    .command('verify')
    .description('run a plugin with the conformance kit: real host, simulated adapters')
    .argument('<dir>', "the plugin's folder")
    .option('--case <id>', 'only this case')
    .action(async (folder: string, options: { case?: string }) => {
      const only = options.case === undefined ? {} : { only: options.case }
      const report = await world.verifyPlugin({ folder, ...only })
      output.document(report, (await import('../../views/conformance.js')).show)
      if (!report.passed) exitWith(exitCodes.unfulfillable)
    })
}
