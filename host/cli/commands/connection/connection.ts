import type { Command } from 'commander'
import type { Invocation } from '../../invocation.js'
import { usageError } from '../../usage.js'

interface AddLine {
  file?: string
  type?: string
}

interface EditLine {
  file?: string
  change?: string
  immediate?: boolean
}

/** `claimd connection …`: the connections that are configured through claimd, and not in its file. */
export function addConnectionCommands(program: Command, invocation: Invocation): void {
  const { world, output } = invocation
  const connect = async () => world.connect(await invocation.socket())
  const connection = program
    .command('connection')
    .description('configure connections, and look at one')
    .summary('configure connections, and look at one; see: claimd connection --help')

  connection
    .command('add')
    .description('configure a connection')
    .argument('<name>', 'its name')
    .option('--file <file>', 'its configuration, in JSON; - is standard input')
    .option('--type <type>', 'its connection type, where the configuration does not say it')
    .action(async (name: string, options: AddLine) => {
      const { add } = await import('./add.js')
      await add(invocation, await connect(), name, options)
    })
  connection
    .command('show')
    .description('everything about one connection')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const client = await connect()
      const document = await client.connection(name)
      const { show } = await import('../../views/connection.js')
      // It is shown also where its provider has no more to tell, or goes just now.
      const told = document.adapter ? await client.typeSpecific(name).catch(() => null) : null
      output.document(told?.info ? { ...document, typeSpecific: told.info } : document, show)
    })
  connection
    .command('edit')
    .description('edit how a connection is configured, in $VISUAL or $EDITOR')
    .argument('<name>', 'its name')
    .option('--file <file>', 'take the new configuration from there, in JSON; - is standard input')
    .option('--change <handle>', 'with --file: refuse it where it was edited since this handle was read')
    .option(
      '--immediate',
      'take it down if the edit needs that; else the edit counts from its next connect on',
    )
    .action(async (name: string, options: EditLine) => {
      if (options.change !== undefined && options.file === undefined)
        throw usageError('--change is for --file', 'no --file', 'both, or neither')
      const { edit } = await import('./edit.js')
      await edit(invocation, await connect(), name, options)
    })
  connection
    .command('delete')
    .description('configure a connection no longer; refused while it is claimed or connected')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const document = await (await connect()).deleteConnection(name)
      output.document(document, (await import('../../views/message.js')).show)
    })
}
