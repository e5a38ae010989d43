import type { Fault } from '@claimd/sdk'
import { placeOf } from '../documents/place.js'
import { shellWord } from '../shell-word.js'

/** A connection of the file that is used instead of the one of its name that was added by a command. */
export function hidingFault(file: string, name: string): Fault {
  return {
    file,
    field: placeOf(['connections', name]),
    found: `the name of a connection that was added by a command: that one is not used`,
    expected: 'a name that only one connection has',
    remedy: `Take another name; or, to remove the other one, take this one out for a moment, and: claimd connection delete ${shellWord(name)}`,
  }
}
