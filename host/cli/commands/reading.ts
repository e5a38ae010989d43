import type { AdapterRow, AdaptersDocument } from '@claimd/sdk'
import { type Command, InvalidArgumentError } from 'commander'
import { checkAdapterName, noSuchAdapter } from '../../core/adapters/adapter-name.js'
import type { ControlClient } from '../client.js'
import type { Invocation } from '../invocation.js'
import type { View } from '../output.js'

/** The commands that only show. Each loads its own view alone, so that starting stays quick. */
export function addReadingCommands(program: Command, invocation: Invocation): void {
  const { world, output } = invocation
  const connect = async () => world.connect(await invocation.socket())

  const reads = <Document>(
    name: string,
    about: string,
    read: (client: ControlClient) => Promise<Document>,
    view: () => Promise<{ show: View<Document> }>,
  ) =>
    program
      .command(name)
      .description(about)
      .action(async () => {
        const document = await read(await connect())
        output.document(document, (await view()).show)
      })

  reads(
    'status',
    'how the daemon is',
    (client) => client.status(),
    () => import('../views/status.js'),
  )
  reads(
    'adapters',
    'every adapter, its state and who holds it',
    (client) => client.adapters(),
    () => import('../views/adapters.js'),
  )
  program
    .command('adapter')
    .description('everything about one adapter')
    .argument('<name>', 'its name or its id')
    .action(async (name: string) => {
      const document = await (await connect()).adapters()
      output.document(findAdapter(document, name), (await import('../views/adapter.js')).show)
    })
  reads(
    'connections',
    'every connection and which adapter it holds',
    (client) => client.connections(),
    () => import('../views/connections.js'),
  )
  reads(
    'providers',
    'who can be asked',
    (client) => client.providers(),
    () => import('../views/providers.js'),
  )
  reads(
    'plugins',
    'the plugins and what is wrong with them',
    (client) => client.plugins(),
    () => import('../views/plugins.js'),
  )
  program
    .command('explain')
    .description('who was offered an adapter, what each answered, and who would be asked now')
    .argument('<adapter>', 'its name or its id')
    .action(async (name: string) => {
      const document = await (await connect()).explain(name)
      output.document(document, (await import('../views/explain.js')).show)
    })
  program
    .command('monitor')
    .description('events as they happen, one a line')
    .option('--since <revision>', 'first the events after this revision', revision)
    .action(async (options: { since?: number }) => {
      const { monitor } = await import('./monitor.js')
      await monitor(await connect(), output, options.since)
    })
}

function findAdapter({ adapters }: AdaptersDocument, name: string): AdapterRow {
  checkAdapterName(name)
  const row = adapters.find((one) => one.id === name) ?? adapters.find((one) => one.name === name)
  if (!row) throw noSuchAdapter(name)
  return row
}

/** Reads a revision from the command line. */
function revision(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value))
    throw new InvalidArgumentError('a revision, which is a whole number from 0')
  return value
}
