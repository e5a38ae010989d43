import { ClaimdError, type ErrorDocument } from '@claimd/sdk'
import type { Command, CommanderError } from 'commander'
import { nearest } from '../core/documents/nearest.js'
import { claimdError } from '../core/errors.js'

/** A command line that claimd cannot follow. @param remedy default: the help of the command, see {@link withHelp} */
export function usageError(message: string, found: string, expected: string, remedy?: string): ClaimdError {
  return claimdError('USAGE', { message, found, expected, ...(remedy === undefined ? {} : { remedy }) })
}

/** An error of the command line that does not say what to do: the help of the command that was named does. */
export function withHelp(error: unknown, program: Command): unknown {
  if (!(error instanceof ClaimdError) || error.code !== 'USAGE' || error.remedy !== null) return error
  const document = { ...(error.document as ErrorDocument), remedy: seeHelp(namedCommand(program)) }
  return new ClaimdError(document, { cause: error })
}

/** A word where a command must stand: one of the program's, or one of a command's own. */
export function unknownCommand(word: string, parent: Command): ClaimdError {
  const names = parent.commands.map((one) => one.name())
  const expected = `one of ${names.join(', ')}`
  const remedy = (elsewhere(word, parent) ?? suggestion(nearest(word, names))) + seeHelp(parent)
  return usageError(`unknown command '${commandName(parent, word)}'`, word, expected, remedy)
}

/** Words of other tools for what `monitor` shows. */
const journalWords = new Set(['log', 'logs', 'history', 'journal', 'events'])

/** Where something is that other tools have under this word, or that is a command of another command. */
function elsewhere(word: string, parent: Command): string | null {
  if (parent.parent) return null
  const within = parent.commands.flatMap((one) =>
    one.commands.filter((inner) => inner.name() === word).map(() => `claimd ${one.name()} ${word}`),
  )
  const places = [...(journalWords.has(word) ? ['claimd monitor --since 0'] : []), ...within]
  return places.length === 0 ? null : `did you mean ${places.join(' or ')}? `
}

/** The command that a line names, as far as it names one; the program itself when it names none. */
export function namedCommand(program: Command): Command {
  let command = program
  for (const word of program.args) {
    const next = command.commands.find((one) => one.name() === word)
    if (!next) break
    command = next
  }
  return command
}

/** An error about a parameter of the request, told about the option or argument that was typed for it. */
export function withTypedName(error: unknown, program: Command): unknown {
  if (!(error instanceof ClaimdError) || !('parameter' in error.document)) return error
  const { document } = error
  const command = namedCommand(program)
  const option = command.options.find((one) => one.attributeName() === document.parameter)
  const [argument] = command.registeredArguments
  const isNamed = document.parameter === 'name' || document.parameter === 'id'
  const typed = option ? `option '${option.flags}'` : isNamed && argument && `argument '${argument.name()}'`
  if (!typed) return error
  return new ClaimdError({ ...document, message: `${typed} is invalid` }, { cause: error })
}

/** The first option on the line that the command does not have: the parser tells of a missing one before it. */
function unknownOption(command: Command, program: Command): string | undefined {
  const depth = commandName(command, '').split(' ').length - 1
  return command.parseOptions(program.args.slice(depth)).unknown[0]
}

/**
 * What the parser complains of, with what was found, what was expected and the nearest thing that exists. It has a code for
 * each kind of complaint, but what it found stands in its message only.
 */
export function fromParser(error: CommanderError, program: Command): ClaimdError {
  const message = error.message.replace(/^error: /, '')
  const quoted = /'(.*)'/s.exec(message)?.[1] ?? message
  const command = namedCommand(program)
  const remedy = seeHelp(command)
  switch (error.code) {
    case 'commander.unknownCommand':
      return unknownCommand(quoted, command)
    case 'commander.unknownOption':
      return noSuchOption(quoted, command, program)
    case 'commander.missingMandatoryOptionValue': {
      // It may be there, misspelt.
      const unknown = unknownOption(command, program)
      return unknown?.startsWith('-')
        ? noSuchOption(unknown, command, program)
        : usageError(message, 'nothing', quoted, remedy)
    }
    case 'commander.excessArguments': {
      const takes = command.registeredArguments.length
      const excess = command.args.slice(takes).join(' ')
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

function noSuchOption(word: string, command: Command, program: Command): ClaimdError {
  const flags = flagsOf(command, program)
  const meant = nearestFlag(word, flags)
  const asName = meant === null ? '; a name that begins with - goes after --' : ''
  const remedy = suggestion(meant) + seeHelp(command) + asName
  return usageError(`unknown option '${word}'`, word, `one of ${flags.join(', ')}`, remedy)
}

function flagsOf(command: Command, program: Command): string[] {
  const options = new Set([...command.options, ...program.options])
  return [...options].map((option) => option.long ?? option.flags)
}

function seeHelp(command: Command): string {
  return `see: claimd ${commandName(command, '--help')}`
}

/** A command's words without the program's name, and what follows them. */
function commandName(command: Command, word: string): string {
  const names: string[] = [word]
  for (let one = command; one.parent; one = one.parent) names.unshift(one.name())
  return names.join(' ')
}

function suggestion(meant: string | null): string {
  return meant === null ? '' : `did you mean ${meant}? `
}

/** Compares the names only: dashes would make two short words alike, and a value behind `=` two unlike. */
function nearestFlag(word: string, flags: readonly string[]): string | null {
  const [name = ''] = word.replace(/^-+/, '').split('=', 1)
  const meant = nearest(
    name,
    flags.map((flag) => flag.replace(/^-+/, '')),
  )
  return meant === null ? null : `--${meant}`
}
