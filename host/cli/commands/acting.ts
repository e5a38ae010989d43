import { type Command, InvalidArgumentError } from 'commander'
import { exitCodes } from '../exit-codes.js'
import type { Invocation } from '../invocation.js'
import { usageError } from '../usage.js'

interface ConnectLine {
  wait: boolean
  once?: boolean
  timeout?: number
  takeOver?: boolean
  reason?: string
}

interface HoldLine {
  once?: boolean
  timeout?: number
}

interface DisconnectLine {
  all?: boolean
  ifUnused?: boolean
}

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
    .command('connect')
    .description('bring a connection up, and wait until it is; claimd keeps it up until disconnect')
    .argument('<name>', 'the connection')
    .option('--no-wait', 'do not wait: print the number of the request')
    .option('--once', 'one attempt; else claimd goes on trying, and connects it again when it is lost')
    .option('--timeout <seconds>', 'wait no longer than that; claimd goes on trying', seconds)
    .option('--take-over', 'connect it also where somebody else has brought it up; needs --reason')
    .option('--reason <text>', 'why it is taken over; it is recorded and shown')
    .action(async (name: string, { wait, once = false, timeout, takeOver = false, reason }: ConnectLine) => {
      if (takeOver && (reason === undefined || reason.trim() === ''))
        throw usageError(
          '--take-over needs a reason',
          reason === undefined ? 'no --reason' : 'an empty text',
          'a reason in words',
        )
      if (!takeOver && reason !== undefined)
        throw usageError('--reason is for --take-over', 'no --take-over', 'both, or neither')
      const options = {
        mode: once ? 'once' : 'keep',
        ...(timeout === undefined ? {} : { timeout }),
        ...(takeOver ? { takeOver: { reason: reason! } } : {}),
      } as const
      const { connect: connectAndFollow } = await import('./connect.js')
      await connectAndFollow(invocation, await connect(), name, options, wait)
    })

  program
    .command('hold')
    .description(
      'run a command while a connection is up: it is connected, and is wanted until the command ends',
    )
    .usage('[options] <name> -- <command> [arguments]')
    .argument('<name>', 'the connection')
    .argument('<command...>', 'the command and its arguments')
    .option('--once', 'one attempt to connect it; else it is tried again until it is up')
    .option('--timeout <seconds>', 'give up when it is not up after that', seconds)
    .action(async (name: string, command: string[], { once = false, timeout }: HoldLine) => {
      const options = {
        mode: once ? 'once' : 'keep',
        ...(timeout === undefined ? {} : { timeout }),
      } as const
      const { hold } = await import('./hold.js')
      await hold(invocation, await connect(), name, options, command)
    })

  program
    .command('disconnect')
    .description('take a connection down; refused for what claimd did not bring up')
    .argument('[name]', 'the connection')
    .option('--all', 'every connection that may be taken down')
    .option('--if-unused', 'only if no one has asked for it')
    .action(async (name: string | undefined, { all = false, ifUnused = false }: DisconnectLine) => {
      if (all && ifUnused)
        throw usageError('--if-unused is for one connection', '--all and --if-unused', 'one of the two')
      if (name !== undefined && all)
        throw usageError('disconnect takes a name or --all', `${name} and --all`, 'one of the two')
      if (name !== undefined) {
        const client = await connect()
        const document = await (ifUnused ? client.disconnect(name, { ifUnused }) : client.disconnect(name))
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

function seconds(text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value >= 0.1 && value <= 604_800) return value
  throw new InvalidArgumentError('seconds, from 0.1 to 604800')
}
