import { Command, CommanderError } from 'commander'
import { addActingCommands } from './commands/acting.js'
import { addConfig } from './commands/config.js'
import { addConnectionCommands } from './commands/connection/connection.js'
import { addDoctor } from './commands/doctor.js'
import { addPluginCommands } from './commands/plugin/plugin.js'
import { addReadingCommands } from './commands/reading.js'
import { addReplay } from './commands/replay.js'
import { addRun } from './commands/run.js'
import { exitCodes } from './exit-codes.js'
import type { Invocation } from './invocation.js'
import { Output } from './output.js'
import { fromFolder } from './paths.js'
import { explainUnreachable } from './unreachable.js'
import { fromParser, namedCommand, unknownCommand, usageError, withHelp, withTypedName } from './usage.js'
import { version } from './version.js'
import type { World } from './world.js'

const exitCodesHelp = `
Exit codes:
  0 done   1 internal error   2 usage   3 time-out   4 connect failed
  5 disconnect failed
  6 refused because claimed   7 not permitted   8 daemon unreachable
  9 version mismatch   10 not found   11 in progress   12 conflict
  13 cannot be fulfilled
`

/** Follows a command line and returns the exit code. Nothing is thrown: every error is reported. */
export async function main(world: World): Promise<number> {
  const output = outputFor(world)
  try {
    return await follow(world, output)
  } catch (error) {
    return output.fail(error)
  }
}

async function follow(world: World, output: Output): Promise<number> {
  let exit: number = exitCodes.ok
  let printed = ''
  const print = (text: string) => {
    printed += text
  }
  // Help is prose: it is broken into lines also where nothing has to fit.
  const helpWidth = () => (Number.isFinite(output.page().width) ? output.page().width : 80)
  const program = new Command('claimd')
    .description('A connection manager for Linux whose providers are plugins.')
    .option('--json', 'print one JSON document')
    .option('--socket <path>', 'the control socket of the daemon (or CLAIMD_SOCKET)')
    .version(version(), '--version', 'print the version')
    .option('-h, --help', 'print help')
    .helpOption(false)
    .helpCommand(false)
    // The parser would suggest words that mean something else, such as `disconnect` for `connect`.
    .showSuggestionAfterError(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: print,
      writeErr: print,
      outputError: () => {},
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', ({ command }) => (command.parent ? '' : exitCodesHelp))
    // The parser's own help option means its command only where it stands behind it.
    .hook('preSubcommand', () => {
      if (program.opts().help) namedCommand(program).help()
    })
    .exitOverride()
  const invocation: Invocation = {
    world,
    output,
    socket: async () => chosenSocket(program, world) ?? (await foundSocket(world, output)),
    ownSocket: async () => chosenSocket(program, world) ?? (await world.defaultSocket()),
    exitWith: (code) => {
      exit = code
    },
  }
  addRun(program, invocation)
  addReplay(program, invocation)
  addReadingCommands(program, invocation)
  addActingCommands(program, invocation)
  addConnectionCommands(program, invocation)
  addPluginCommands(program, invocation)
  addConfig(program, invocation)
  addDoctor(program, invocation)
  addHelp(program)
  try {
    await program.parseAsync(world.args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw withHelp(withTypedName(await explainUnreachable(error, invocation), program), program)
    }
    if (error.code === 'commander.version') output.document({ version: version() }, () => printed)
    else if (error.code.startsWith('commander.help')) output.document({ help: printed }, () => printed)
    else throw fromParser(error, program)
  }
  return exit
}

/** Finds `--json` and `--socket` before the line is parsed: an error in the line is told in that form too. */
function outputFor(world: World): Output {
  const end = world.args.indexOf('--')
  const args = end < 0 ? world.args : world.args.slice(0, end)
  const named = args[args.indexOf('--socket') + 1]
  const [, equals] = args.flatMap((arg) => /^--socket=(.+)$/s.exec(arg) ?? [])
  const socket = args.includes('--socket') ? named : (equals ?? world.env.CLAIMD_SOCKET)
  return new Output(world, args.includes('--json'), socket || undefined)
}

/** As it is written: an absolute path may be longer than the kernel allows. */
function chosenSocket(program: Command, world: World): string | undefined {
  const socket: string | undefined = program.opts().socket
  if (socket === '') throw usageError('--socket names no path', 'an empty text', 'a path')
  // In a working folder that is gone it leads nowhere.
  if (socket !== undefined) fromFolder(world, socket)
  return socket
}

async function foundSocket(world: World, output: Output): Promise<string> {
  const { socket, other } = await world.findSocket()
  if (other !== null)
    output.note(`your own daemon, on ${socket}, was asked; root's listens as well: --socket ${other}`)
  return socket
}

function addHelp(program: Command): void {
  program
    .command('help')
    .description('print help, about one command if it is named')
    .argument('[command...]')
    .action((names: string[]) => {
      let command = program
      for (const name of names) {
        const next = command.commands.find((one) => one.name() === name)
        if (!next) throw unknownCommand(name, command)
        command = next
      }
      command.help()
    })
}
