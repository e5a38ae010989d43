import type { ConnectionConfiguration } from '@claimd/sdk'
import { shown } from '../../../core/documents/shown.js'
import { shellWord } from '../../../core/shell-word.js'
import type { ControlClient } from '../../client.js'
import type { Invocation } from '../../invocation.js'
import { usageError } from '../../usage.js'
import { show } from '../../views/message.js'
import { readConfiguration } from './read-configuration.js'

/** Configures a connection, as a file says, or with all defaults of its type. */
export async function add(
  { world, output }: Invocation,
  client: ControlClient,
  name: string,
  { file, type }: { file?: string; type?: string },
): Promise<void> {
  const configuration = file === undefined ? ofType(name, type) : await readConfiguration(world, file)
  if (type !== undefined && configuration.type !== undefined && configuration.type !== type)
    throw usageError(
      'the configuration has another type than --type',
      `${shown(configuration.type)} and ${shown(type)}`,
      'one type',
      'leave out --type, or correct the configuration',
    )
  const whole = type === undefined ? configuration : { ...configuration, type }
  output.document(await client.addConnection(name, whole), show)
}

function ofType(name: string, type: string | undefined): ConnectionConfiguration {
  if (type !== undefined) return { type }
  throw usageError(
    'connection add needs a configuration',
    'neither --file nor --type',
    'one of them, at least',
    `with all defaults of its type: claimd connection add ${shellWord(name)} --type TYPE`,
  )
}
