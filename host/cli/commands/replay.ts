import { type Command, InvalidArgumentError } from 'commander'
import type { Invocation } from '../invocation.js'
import { fromFolder } from '../paths.js'

interface ReplayOptions {
  until?: number
}

/** `claimd replay`: needs neither a daemon nor root. */
export function addReplay(program: Command, { world, output }: Invocation): void {
  program
    .command('replay')
    .description(
      'decides once more what a daemon decided that ran with --record, and prints it as monitor does',
    )
    .argument('<file>', 'the recording')
    .option('--until <revision>', 'the last event that is printed', revision)
    .action(async (file: string, { until = Number.POSITIVE_INFINITY }: ReplayOptions) => {
      const recording = await (await world.tools()).replay(fromFolder(world, file))
      const { claimd, node, playedBy } = recording
      if (claimd !== playedBy)
        output.note(`it was recorded by claimd ${claimd}, ${node}; claimd ${playedBy} may decide otherwise`)
      const { show } = await import('../views/event.js')
      for await (const event of recording.events) {
        if (event.revision > until) break
        output.line(event, show)
      }
    })
}

function revision(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a revision, such as 41')
  return Number(text)
}
