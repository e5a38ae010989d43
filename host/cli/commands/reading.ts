import type { AdapterFilter, ConnectionFilter, JournalFilter } from '@claimd/sdk'
import { type Command, InvalidArgumentError } from 'commander'
import { checkAdapterName } from '../../core/adapters/adapter-name.js'
import type { ControlClient } from '../client.js'
import type { Invocation } from '../invocation.js'
import { parseInstant, parseMoment } from '../moment.js'
import type { View } from '../output.js'
import type { MonitorOptions } from './monitor.js'

/** The commands that only show. Each loads its own view alone, so that starting stays quick. */
export function addReadingCommands(program: Command, invocation: Invocation): void {
  const { world, output } = invocation
  const connect = async () => world.connect(await invocation.socket())
  const moment = (text: string) => parseMoment(text, world.now())
  const instant = (text: string) => parseInstant(text, world.now())

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
    async () => {
      const { show } = await import('../views/status.js')
      return { show: (status, page) => show(status, page, world.networkNamespace()) }
    },
  )
  program
    .command('adapters')
    .description('every adapter, its state and who holds it; container plumbing that nobody holds is counted')
    .argument('[pattern...]', "only those whose name fits, such as 'veth*'")
    .option('--state <states>', 'only those in one of these states', words)
    .option('--kind <kinds>', 'only those of one of these kinds', words)
    .option('--provider <ids>', 'only those that one of these holds', words)
    .option('--address <addresses>', 'only those that have one of these, IP or link-layer', words)
    .option('--all', 'container plumbing as well')
    .action(async (name: string[], { all = false, ...options }: AdapterFilter & { all?: boolean }) => {
      const filter = name.length > 0 ? { name, ...options } : options
      const client = await connect()
      const document = await client.adapters(filter)
      const views = await import('../views/adapters.js')
      const narrowed = Object.keys(filter).length > 0
      output.document(document, narrowed ? views.showFound : all ? views.show : views.showBrief)
      if (!narrowed) return
      const { unfittingValues } = await import('../unfitting.js')
      for (const sentence of await unfittingValues(client, filter, document.adapters)) output.note(sentence)
    })
  program
    .command('adapter')
    .description('everything about one adapter')
    .argument('<name>', 'its name or its id')
    .action(async (name: string) => {
      checkAdapterName(name)
      const document = await (await connect()).adapter(name)
      output.document(document, (await import('../views/adapter.js')).show)
    })
  program
    .command('connections')
    .description('every connection, its state and which adapter it holds')
    .argument('[pattern...]', "only those whose name fits, such as 'vpn*'")
    .option('--state <states>', 'only those in one of these states', words)
    .option('--type <types>', 'only those of one of these types', words)
    .option('--provider <ids>', 'only those that one of these connects or holds', words)
    .option('--adapter <names>', 'only those for which one of these is held', words)
    .action(async (name: string[], options: ConnectionFilter) => {
      const filter = name.length > 0 ? { name, ...options } : options
      const narrowed = Object.keys(filter).length > 0
      const document = await (await connect()).connections(filter)
      const views = await import('../views/connections.js')
      output.document(document, narrowed ? views.showFound : views.show)
    })
  reads(
    'providers',
    'who can be asked',
    (client) => client.providers(),
    () => import('../views/providers.js'),
  )
  program
    .command('plugins')
    .description('the plugins and what is wrong with them, or everything about one')
    .argument('[name]', "a plugin's whole name")
    .action(async (name: string | undefined) => {
      const client = await connect()
      if (name !== undefined)
        return output.document(await client.plugin(name), (await import('../views/plugin.js')).show)
      output.document(await client.plugins(), (await import('../views/plugins.js')).show)
    })
  program
    .command('explain')
    .description('who was offered an adapter, and what each answered; or what happened to a connection')
    .argument('<name>', "an adapter's name or id; or a connection, also as connection:NAME")
    .option(
      '--at <time>',
      "how it was then, by the name that it had then: 14:03, 'yesterday 14:03', '2 hours ago'",
      instant,
    )
    .action(async (name: string, { at }: { at?: string }) => {
      const { explain } = await import('./explain.js')
      await explain(await connect(), output, name, at)
    })
  program
    .command('journal')
    .description('what has happened, oldest first, one event a line')
    .option('--adapter <names>', 'only about these adapters: names, globs on them, or ids', words)
    .option('--connection <names>', 'only about these connections: names, or globs on them', words)
    .option('--plugin <names>', 'only about these plugins: names, or globs on them', words)
    .option('--type <types>', 'only of these types, such as claimed,claim-ended', words)
    .option('--since <time>', "not before: 14:03, yesterday, 2026-01-31, '2 hours ago'", moment)
    .option('--until <time>', 'not after', moment)
    .action(async (filter: JournalFilter) => {
      const { journal } = await import('./journal.js')
      await journal(await connect(), output, filter)
    })
  program
    .command('monitor')
    .description('events as they happen, one a line')
    .option('--since <revision>', 'first the events after this revision', revision)
    .option(
      '--adapter <names>',
      'only those about these adapters: names, globs on them, or ids; name: and id: mean one',
      words,
    )
    .option('--connection <names>', 'only those about these connections: names, or globs on them', words)
    .option('--type <types>', 'only those of these types, such as claimed,claim-ended', words)
    .option(
      '--coalesce <ms>',
      'of changes of one adapter within so many milliseconds only the newest',
      window,
    )
    .action(async (options: MonitorOptions) => {
      const { monitor } = await import('./monitor.js')
      await monitor(await connect(), output, options)
    })
}

/** Reads a list: values behind commas and repeated options add up. */
function words(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(',')]
}

/** Reads a revision from the command line. */
function revision(text: string): number {
  return wholeNumber(text, 0, Number.MAX_SAFE_INTEGER, 'a revision, which is a whole number from 0')
}

function window(text: string): number {
  return wholeNumber(text, 1, 60_000, 'milliseconds, which is a whole number from 1 to 60000')
}

function wholeNumber(text: string, least: number, most: number, expected: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new InvalidArgumentError(expected)
}
