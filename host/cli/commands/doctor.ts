import type { Command } from 'commander'
import { exitCodes } from '../../core/errors.js'
import type { Invocation } from '../invocation.js'

/** `claimd doctor`: something that is wrong for running makes it exit with 13. */
export function addDoctor(program: Command, invocation: Invocation): void {
  program
    .command('doctor')
    .description('what works here, what does not, and what to do about it; a daemon is not needed')
    .option('--config <file>', 'the configuration file')
    .option('--state <dir>', 'the state folder')
    .action(async (options: { config?: string; state?: string }) => {
      const { examine } = await import('../doctor/examine.js')
      const document = await examine(invocation, options)
      invocation.output.document(document, (await import('../views/doctor.js')).show)
      if (document.findings.some(({ verdict }) => verdict === 'wrong'))
        invocation.exitWith(exitCodes.unfulfillable)
    })
}
