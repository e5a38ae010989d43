import { isIP } from 'node:net'
import type { ExecRule } from '@claimd/sdk'
import { isInteger, isWord, type Placeholder, parseArgument } from '../../../core/permissions/argument.js'
import { describePermissions } from '../../../core/permissions/describe.js'
import { execFaults } from '../../manifest/exec-faults.js'
import type { Caller } from '../caller.js'
import { notAllowed } from '../refusals.js'
import { isInDataFolder } from './data-path.js'

/** A program with its arguments, as a plugin asks for it. */
export interface CommandLine {
  program: string
  args: readonly string[]
}

/** The first rule that was granted and allows this. @throws NOT_ALLOWED */
export async function allowedBy(caller: Caller, command: CommandLine): Promise<ExecRule> {
  const rules = caller.granted.exec ?? []
  for (const rule of rules) if (await allows(rule, caller, command)) return rule
  const asked = `start ${[command.program, ...command.args].map((word) => JSON.stringify(word)).join(' ')}`
  const [fault] = execFaults([command], [])
  throw notAllowed(caller, asked, { granted: describePermissions({ exec: rules }), key: 'exec', fault })
}

async function allows(
  { program, args: patterns = [] }: ExecRule,
  caller: Caller,
  command: CommandLine,
): Promise<boolean> {
  if (!programsOf(program, caller).includes(command.program)) return false
  if (patterns.length !== command.args.length) return false
  for (const [at, pattern] of patterns.entries()) {
    if (!(await argumentFits(pattern, command.args[at]!, caller))) return false
  }
  return true
}

/** The path itself, or what the operator wrote for it in the connections of the plugin's types. */
function programsOf(program: ExecRule['program'], caller: Caller): unknown[] {
  if (typeof program === 'string') return [program]
  const { configured: key } = program
  return caller.configured().flatMap(({ config }) => (Object.hasOwn(config, key) ? [config[key]] : []))
}

async function argumentFits(pattern: string, arg: string, caller: Caller): Promise<boolean> {
  const { literal, placeholder } = parseArgument(pattern) ?? { literal: pattern, placeholder: null }
  if (placeholder === null) return arg === literal
  if (!arg.startsWith(literal)) return false
  const value = arg.slice(literal.length)
  // Only a number may look like an option.
  if (literal === '' && value.startsWith('-') && placeholder !== 'integer') return false
  return fits[placeholder](value, caller)
}

const fits: Record<Placeholder, (value: string, caller: Caller) => boolean | Promise<boolean>> = {
  adapter: (value, caller) => caller.heldAdapters().some(({ name }) => name === value),
  connection: (value, caller) => caller.configured().some(({ name }) => name === value),
  address: isAddress,
  integer: isInteger,
  word: isWord,
  data: (value, caller) => isInDataFolder(value, caller.data),
}

function isAddress(value: string): boolean {
  const [, address, length] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(value) ?? []
  const family = address === undefined ? 0 : isIP(address)
  return family !== 0 && Number(length ?? 0) <= (family === 4 ? 32 : 128)
}
