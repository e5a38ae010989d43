import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.js'
import type { Invocation } from '../invocation.js'
import { usageError } from '../usage.js'

/** The commands that change something. */
export function addActingCommands(program: Command, invocation: Invocation): void {
  const { world, output, exitWith } = invocation
  const connect = async () => world.connect(await invocation.socket())

  program
    .command('offer')
    .description('ask the providers again about an adapter, now')
    .argument('<adapter>', 'its name or its id')
    .action(async (adapter: string) => {
      const document = await (await connect()).offer(adapter)
      output.document(document, (await import('../views/offer.js')).show)
    })

  program
    .command('release')
    .description('end the claim on an adapter; its link is left as it is, and it stays unmanaged')
    .argument('<adapter>', 'its name or its id')
    .requiredOption('--reason <text>', 'why; it is recorded and shown')
    .action(async (adapter: string, { reason }: { reason: string }) => {
      if (reason.trim() === '')
        throw usageError('--reason says nothing', 'an empty text', 'a reason in words')
      const document = await (await connect()).release(adapter, reason)
      output.document(document, (await import('../views/message.js')).show)
    })

  program
    .command('disconnect')
    .description('take a connection down; refused for what claimd did not bring up')
    .argument('[name]', 'the connection')
    .option('--all', 'every connection that may be taken down')
    .action(async (name: string | undefined, { all = false }: { all?: boolean }) => {
      if (name !== undefined && all)
        throw usageError('disconnect takes a name or --all', `${name} and --all`, 'one of the two')
      if (name !== undefined) {
        const document = await (await connect()).disconnect(name)
        return output.document(document, (await import('../views/message.js')).show)
      }
      if (!all) {
        const see = 'see: claimd connections'
        throw usageError('disconnect needs to know what', 'no name', 'a connection, or --all', see)
      }
      const document = await (await connect()).disconnectAll()
      output.document(document, (await import('../views/disconnect-all.js')).show)
      if (document.refused.length > 0) exitWith(exitCodes.claimed)
      else if (document.failed.length > 0) exitWith(exitCodes.disconnectFailed)
    })
}
