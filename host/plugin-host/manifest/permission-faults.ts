import type { FieldFault } from '../../core/documents/field-fault.js'
import type { Path } from '../../core/documents/place.js'
import { hasUnprintable } from '../../core/documents/unprintable.js'
import { dbusFaults } from './dbus-faults.js'
import { execFaults } from './exec-faults.js'
import { globExpectation } from './glob-faults.js'
import { readGlobFault } from './path-faults.js'
import { entriesOf, faultAt, isRecord, repeated } from './record.js'

/** The longest name of a link: one less than the kernel's IFNAMSIZ. */
const longestName = 15

/** What is wrong with the permissions that a plugin asks for, beside what their schema says. */
export function permissionFaults(permissions: unknown, providers: readonly unknown[]): FieldFault[] {
  if (!isRecord(permissions)) return []
  const { links, exec, dbus, read } = permissions
  const change = isRecord(links) ? links.change : undefined
  const create = isRecord(links) ? links.create : undefined
  const createPath = ['permissions', 'links', 'create']
  const readPath = ['permissions', 'read']
  return [
    ...repeated(change, ['permissions', 'links', 'change']),
    ...repeated(create, createPath),
    ...texts(create).flatMap(([at, glob]) => linkNameFaults(glob, [...createPath, at])),
    ...execFaults(exec, providers),
    ...dbusFaults(dbus),
    ...repeated(read, readPath),
    ...texts(read).flatMap(([at, glob]) => readGlobFault(glob, [...readPath, at]) ?? []),
  ]
}

/** The texts of a list that are not empty: of others the schema speaks. */
function texts(list: unknown): [at: number, text: string][] {
  return entriesOf(list).filter(
    (entry): entry is [number, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
}

function linkNameFaults(glob: string, path: Path): FieldFault[] {
  const wrong = (expected: string, remedy: string) => [faultAt(path, glob, expected, remedy)]
  const expected = globExpectation(glob)
  if (expected !== null) return wrong(expected, 'Correct the glob')
  if (/[\s/:%]/.test(glob) || hasUnprintable(glob)) {
    return wrong('a glob of names of links, without spaces, / : and %', 'Correct the name')
  }
  if (!/^[A-Za-z0-9_]/.test(glob)) {
    const remedy = 'Begin it with what tells your links from those of others'
    return wrong('a glob that begins with a letter or a digit, such as "wg-*"', remedy)
  }
  // A set stands for one character, a star for none at least.
  const least = glob.replace(/\[[^\]]*\]/g, 'x').replaceAll('*', '').length
  if (least > longestName) return wrong(`a name of at most ${longestName} characters`, 'Shorten it')
  return []
}
