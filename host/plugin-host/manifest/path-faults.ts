import type { FieldFault } from '../../core/documents/field-fault.js'
import type { Path } from '../../core/documents/place.js'
import { hasUnprintable } from '../../core/documents/unprintable.js'
import { neverReadWithin } from '../../core/permissions/never-granted.js'
import { faultAt } from './record.js'

/** Where everybody may put files. */
const sharedFolders = ['/tmp', '/var/tmp', '/dev', '/proc', '/run/user', '/run/lock']

/** What is wrong with the absolute path of a program, or of a script that one runs. */
export function programPathFault(program: string, path: Path): FieldFault | null {
  const wrong = (expected: string, remedy: string) => faultAt(path, program, expected, remedy)
  if (!program.startsWith('/')) {
    return wrong('an absolute path', 'Write the whole path: nobody says where else to look')
  }
  if (/[*?[\]{}]/.test(program) || hasUnprintable(program)) {
    return wrong(
      'the path of one program, without globs',
      'Name the program, and each further one for itself',
    )
  }
  if (!isNormal(program)) return wrong('a path without ., .. and //', 'Write the path that it leads to')
  const shared = sharedFolders.find((folder) => program.startsWith(`${folder}/`))
  if (shared)
    return wrong(`a path outside of ${shared}, where others may write`, 'Install the program elsewhere')
  return null
}

/** What is wrong with a glob of files to read. */
export function readGlobFault(glob: string, path: Path): FieldFault | null {
  const wrong = (expected: string, remedy: string) => faultAt(path, glob, expected, remedy)
  if (!glob.startsWith('/')) return wrong('an absolute path or glob', 'Write it from the root on')
  if (/[?[\]{}\\]/.test(glob) || hasUnprintable(glob)) {
    return wrong('a glob with * and ** only', 'Use *, or name each file for itself')
  }
  if (!isNormal(glob)) return wrong('a path without ., .. and //', 'Write the path that it leads to')
  if (glob.split('/').some((element) => element.includes('**') && element !== '**')) {
    return wrong('** as a name of its own, as in /run/x/**', 'Write * for anything within a name')
  }
  if (glob.split('/')[1]!.includes('*')) {
    return wrong('a glob whose first name is a plain one', 'Name the folder in which the files are')
  }
  const never = neverReadWithin(glob)
  if (never)
    return wrong(`a glob that leaves out ${never}, which no plugin reads`, 'Name the files that it needs')
  return null
}

function isNormal(path: string): boolean {
  const [, ...elements] = path.split('/')
  return elements.every((element) => element !== '' && element !== '.' && element !== '..')
}
