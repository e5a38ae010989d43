import { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../../core/errors.js'
import { shellWord } from '../../core/shell-word.js'
import type { ControlClient } from '../client.js'
import { checkNames } from '../known-names.js'
import type { Output } from '../output.js'
import { show } from '../views/event.js'

/** What stands on the command line after `monitor`. */
export interface MonitorOptions {
  since?: number
  adapter?: string[]
  connection?: string[]
  type?: string[]
  coalesce?: number
}

/**
 * Prints events until the daemon goes away, which is an error. An interrupt is not handled: it ends the
 * process by the signal, as it does any program that follows something, and lines are written whole.
 */
export async function monitor(
  client: ControlClient,
  output: Output,
  { type, ...options }: MonitorOptions,
): Promise<void> {
  const { since, adapter, connection } = options
  const named = { ...(adapter && { adapter }), ...(connection && { connection }) }
  for (const note of await checkNames(client, named, true)) output.note(note)
  let last = since
  try {
    for await (const event of client.events(type === undefined ? options : { ...options, types: type })) {
      output.line(event, show)
      last = event.revision
    }
  } catch (error) {
    if (!(error instanceof ClaimdError) || error.code !== 'DAEMON_UNREACHABLE' || last === since) throw error
  }
  throw claimdError('DAEMON_UNREACHABLE', {
    message: 'the daemon went away, so there are no more events',
    found: last === undefined ? 'the end of the events' : `the end of the events after revision ${last}`,
    expected: 'a running daemon',
    remedy: `when it is back: ${commandLine({ ...options, since: last, type })}`,
  })
}

function commandLine(options: { [Name in keyof MonitorOptions]: MonitorOptions[Name] | undefined }): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return ['claimd monitor', ...given.map(([name, value]) => `--${name} ${shellWord(String(value))}`)].join(
    ' ',
  )
}
