import type { Command } from 'commander'
import { exitCodeOf, exitCodes } from '../exit-codes.js'
import type { Invocation } from '../invocation.js'

/**
 * `claimd doctor`: without a daemon that answers it exits as every other command does (8, or 7 where the user may not
 * ask), with the whole report all the same; else with 13 when something is wrong.
 */
export function addDoctor(program: Command, invocation: Invocation): void {
  program
    .command('doctor')
    .description('what works here, what does not, and what to do about it, with or without a daemon')
    .option('--config <file>', 'the configuration file')
    .option('--state <dir>', 'the state folder')
    .action(async (options: { config?: string; state?: string }) => {
      const { examine } = await import('../doctor/examine.js')
      const { document, unreachable } = await examine(invocation, options)
      invocation.output.document(document, (await import('../views/doctor.js')).show)
      if (unreachable) invocation.exitWith(exitCodeOf(unreachable.code))
      else if (document.findings.some(({ verdict }) => verdict === 'wrong'))
        invocation.exitWith(exitCodes.unfulfillable)
    })
}
