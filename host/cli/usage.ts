import type { ClaimdError } from '@claimd/sdk'
import type { Command, CommanderError } from 'commander'
import { claimdError } from '../core/errors.js'

/** A command line that claimd cannot follow. */
export function usageError(
  message: string,
  found: string,
  expected: string,
  remedy = 'see: claimd --help',
): ClaimdError {
  return claimdError('USAGE', { message, found, expected, remedy })
}

/** `one of run, status, …` */
export function commandNames(program: Command): string {
  return `one of ${program.commands.map((one) => one.name()).join(', ')}`
}

/** What the parser complains of, with what was found, what was expected and the nearest thing that exists. */
export function fromParser(error: CommanderError, program: Command): ClaimdError {
  const [, message = '', nearest] = /^error: (.*?)(?:\n\(Did you mean (.*)\?\))?$/s.exec(error.message) ?? []
  const quoted = /'(.*)'/s.exec(message)?.[1] ?? message
  const command = program.commands.find((one) => one.name() === program.args[0])
  const help = `see: claimd ${command ? `${command.name()} ` : ''}--help`
  const remedy = nearest ? `did you mean ${nearest}? ${help}` : help
  switch (error.code) {
    case 'commander.unknownCommand':
      return usageError(message, quoted, commandNames(program), remedy)
    case 'commander.unknownOption': {
      const flags = `one of ${flagsOf(command, program).join(', ')}`
      const asName = nearest ? '' : `; a name that begins with - goes after --`
      return usageError(message, quoted, flags, remedy + asName)
    }
    case 'commander.excessArguments': {
      const takes = command?.registeredArguments.length ?? 0
      const excess = command?.args.slice(takes).join(' ') ?? quoted
      return usageError('too many arguments', excess, takes === 0 ? 'none' : `${takes} only`, remedy)
    }
    case 'commander.invalidArgument': {
      const [, what = message, value = quoted, expected = ''] =
        /^(.* argument '(.*)' is invalid)\. (.*)$/s.exec(message) ?? []
      return usageError(what, value, expected, remedy)
    }
    default:
      // What is left are arguments and values that are missing: the parser quotes what should be there.
      return usageError(message, 'nothing', quoted, remedy)
  }
}

function flagsOf(command: Command | undefined, program: Command): string[] {
  const options = [...(command?.options ?? []), ...program.options]
  return options.map((option) => option.long ?? option.flags)
}
