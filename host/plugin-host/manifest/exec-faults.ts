import type { FieldFault } from '../../core/documents/field-fault.js'
import { nearest } from '../../core/documents/nearest.js'
import type { Path } from '../../core/documents/place.js'
import { hasUnprintable } from '../../core/documents/unprintable.js'
import { parseArgument, placeholders } from '../../core/permissions/argument.js'
import { isInterpreter, isStarter, meantProgram, scriptOf } from './interpreters.js'
import { programPathFault } from './path-faults.js'
import { entriesOf, faultAt, isRecord, repeated } from './record.js'

const place = ['permissions', 'exec'] as const

/**
 * What is wrong with the programs that a plugin asks for.
 * @param providers as contributed: one of them says what a connection's `config` may hold
 */
export function execFaults(exec: unknown, providers: readonly unknown[]): FieldFault[] {
  return entriesOf(exec).flatMap(([at, rule]) => {
    if (!isRecord(rule)) return []
    const path = [...place, at]
    const { program, args, capabilities } = rule
    const faults = [
      ...argumentFaults(args, [...path, 'args']),
      ...repeated(capabilities, [...path, 'capabilities']),
    ]
    if (typeof program === 'string' && program !== '') {
      const fault = programPathFault(program, [...path, 'program'])
      if (fault) return [fault, ...faults]
      return [...openEndFaults(program, args, path), ...faults]
    }
    if (isRecord(program) && typeof program.configured === 'string') {
      return [
        ...configuredFaults(program.configured, providers, [...path, 'program', 'configured']),
        ...faults,
      ]
    }
    return faults
  })
}

function argumentFaults(args: unknown, path: Path): FieldFault[] {
  return entriesOf(args).flatMap(([at, arg]) => {
    if (typeof arg !== 'string') return []
    if (hasUnprintable(arg)) {
      return [faultAt([...path, at], arg, 'text that can be seen', 'Leave out control characters')]
    }
    if (parseArgument(arg) !== null) return []
    const [, name = ''] = /\{([^{}]*)\}?/.exec(arg) ?? []
    const meant = nearest(name, placeholders)
    const known = placeholders.map((one) => `{${one}}`).join(', ')
    const expected = `a literal, or what ends in one of ${known}`
    const remedy =
      meant !== null && meant !== name
        ? `Did you mean "{${meant}}"?`
        : 'Put at most one placeholder into an argument, at its end'
    return [faultAt([...path, at], arg, expected, remedy)]
  })
}

/** An operator would grant a program that could do anything, and could not see it. */
function openEndFaults(program: string, args: unknown, path: Path): FieldFault[] {
  const texts = entriesOf(args).map(([, arg]) => (typeof arg === 'string' ? arg : ''))
  const name = program.slice(program.lastIndexOf('/') + 1)
  const meant = meantProgram({ name, args: texts })
  const wrong = (expected: string, remedy: string) => [faultAt([...path, 'args'], args, expected, remedy)]
  if (meant === null) {
    return wrong(
      `the applet as the first argument: ${name} is many programs`,
      'Name the applet, as a literal',
    )
  }
  if (isStarter(meant)) {
    const expected = `another program: ${meant.name} starts or steers whatever it is told to`
    const remedy = 'Name what it should start as the program, or ask for "dbus"'
    return [faultAt([...path, 'program'], program, expected, remedy)]
  }
  if (!isInterpreter(meant)) return []
  const script = scriptOf(meant)
  if (script === null) {
    const expected = `the absolute path of a script as the first argument: ${meant.name} does whatever it is told`
    return wrong(expected, 'Put what it should do into a file, and name that')
  }
  const fault = programPathFault(script, [...path, 'args', texts.indexOf(script)])
  return fault ? [fault] : []
}

/** A setting that nobody describes cannot be set. */
function configuredFaults(key: string, providers: readonly unknown[], path: Path): FieldFault[] {
  const settings = providers.flatMap((provider) => {
    const schema = isRecord(provider) ? provider.configuration : null
    return isRecord(schema) && isRecord(schema.properties) ? Object.entries(schema.properties) : []
  })
  const described = settings.filter(([name]) => name === key)
  if (described.length === 0) {
    const names = settings.map(([name]) => name)
    const expected = `a key of the properties in a provider's "configuration"`
    const meant = nearest(key, names)
    const remedy = meant === null ? 'Describe it there' : `Did you mean "${meant}"?`
    return [faultAt(path, key, names.length > 0 ? `${expected}: ${names.join(', ')}` : expected, remedy)]
  }
  const isText = described.some(([, schema]) => isRecord(schema) && schema.type === 'string')
  if (isText) return []
  return [faultAt(path, key, 'a setting of the type "string"', `Give "${key}" that type in "configuration"`)]
}
