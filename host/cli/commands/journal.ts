import type { JournalFilter } from '@claimd/sdk'
import type { ControlClient } from '../client.js'
import { checkNames } from '../known-names.js'
import type { Output } from '../output.js'
import { show } from '../views/event.js'

/** Prints what the journal holds, and nothing that comes later. */
export async function journal(client: ControlClient, output: Output, filter: JournalFilter): Promise<void> {
  const notes = await checkNames(client, filter, false)
  let printed = 0
  for await (const event of client.journal(filter)) {
    output.line(event, show)
    printed++
  }
  if (printed > 0) return
  for (const note of notes) output.note(note)
  output.note('the journal holds no such event')
}
