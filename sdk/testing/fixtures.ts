import { ClaimdError } from '../errors.js'
import type { DBusCall } from '../services/dbus.js'
import type { ProgramResult } from '../services/exec.js'

/**
 * What stands in for the machine in tests: in `conformance.json`, which the conformance kit reads, and for
 * `FakeContext`. What is not named here is not there.
 */
export interface Fixtures {
  /** The texts of files, by their absolute paths. */
  read?: Readonly<Record<string, string>>
  exec?: readonly ExecFixture[]
  dbus?: readonly DBusFixture[]
}

/** A program that is run, and what it does. */
export interface ExecFixture {
  /** Its absolute path. */
  program: string
  /** Default: any arguments that no earlier fixture names. */
  args?: readonly string[]
  /** What it writes. Default: nothing. */
  stdout?: string
  stderr?: string
  /** Its exit code. Default: 0. */
  code?: number
}

/** A call on the system bus, and its answer. */
export interface DBusFixture extends Pick<DBusCall, 'name' | 'path' | 'interface' | 'member'> {
  /** Default: any arguments that no earlier fixture names. */
  args?: readonly unknown[]
  /** What it returns, one element for each value. Default: none. */
  values?: readonly unknown[]
  /** The D-Bus name of the error that it answers with instead. */
  error?: string
}

/** A file, program or call that the fixtures do not have; its remedy says what to add. */
export class MissingFixture extends ClaimdError {
  constructor(code: string, what: { message: string; found: string; expected: string; remedy: string }) {
    super({ result: 'UNEXPECTED', code, ...what })
  }
}

/** The text of a file. @throws FILE_UNREADABLE */
export function readFixture({ read = {} }: Fixtures, path: string): string {
  if (Object.hasOwn(read, path)) return read[path]!
  throw new MissingFixture('FILE_UNREADABLE', {
    message: `${path} cannot be read: it is not there`,
    found: 'ENOENT',
    expected: 'a file of the fixtures',
    remedy: `name it under read, such as { "read": { ${JSON.stringify(path)}: "its text" } }`,
  })
}

/** What a program does. @throws PROGRAM_UNUSABLE */
export function execFixture(
  { exec = [] }: Fixtures,
  program: string,
  args: readonly string[],
): ProgramResult {
  const fixture = exec.find((one) => one.program === program && isAsked(one.args, args))
  if (fixture) {
    const { stdout = '', stderr = '', code = 0 } = fixture
    return { stdout, stderr, code, signal: null, truncated: false }
  }
  const isKnown = exec.some((one) => one.program === program)
  throw new MissingFixture('PROGRAM_UNUSABLE', {
    message: `the program ${program} cannot be used: the fixtures do not have it${isKnown ? ' with these arguments' : ''}`,
    found: JSON.stringify([program, ...args]),
    expected: 'a program of the fixtures',
    remedy: `name it under exec, such as { "exec": [${JSON.stringify({ program, args, stdout: '' })}] }`,
  })
}

/** What a call returns. @throws DBUS_FAILED */
export function dbusFixture({ dbus = [] }: Fixtures, call: DBusCall): unknown[] {
  const { name, path, interface: of, member, args = [] } = call
  const ofService = dbus.filter((one) => one.name === name)
  const fixture = ofService.find(
    (one) => one.path === path && one.interface === of && one.member === member && isAsked(one.args, args),
  )
  if (fixture?.error !== undefined)
    throw new ClaimdError({
      result: 'UNEXPECTED',
      code: 'DBUS_FAILED',
      message: `the service answered with an error: ${fixture.error}`,
      found: fixture.error,
      expected: 'an answer',
      remedy: 'see what the documentation of the service says of this error',
    })
  if (fixture) return [...(fixture.values ?? [])]
  const missing = ofService.length === 0 ? 'ServiceUnknown' : 'UnknownMethod'
  throw new MissingFixture('DBUS_FAILED', {
    message: `the fixtures do not have ${of}.${member} of ${name} at ${path}`,
    found: `org.freedesktop.DBus.Error.${missing}`,
    expected: 'a call of the fixtures',
    remedy: `name it under dbus, such as { "dbus": [${JSON.stringify({ name, path, interface: of, member, values: [] })}] }`,
  })
}

function isAsked(named: readonly unknown[] | undefined, asked: readonly unknown[]): boolean {
  return named === undefined || JSON.stringify(named) === JSON.stringify(asked)
}
