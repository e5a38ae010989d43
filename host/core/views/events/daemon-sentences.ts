import type { ConfigurationEvents, DaemonEvents, Fault } from '@claimd/sdk'
import type { Sentences } from './sentences.js'

/** More faults than these would hide what happens beside them; `claimd status` shows all. */
const faultsTold = 5

type OfDaemon = Exclude<keyof DaemonEvents, 'state-folder-missing' | 'state-folder-restored'>

/** What the plugin host keeps and tells is worded there. */
export const daemonSentences: Sentences<OfDaemon> = {
  started: ({ version }) => `claimd ${version} started`,
  stopped: ({ version }) => `claimd ${version} stopped; what is claimed stays as it is`,
  degraded: ({ reason }) => `nothing can be stored: ${reason}. Claims stay protected; none is made`,
  recovered: ({ lost }) => `decisions are stored again${lostEvents(lost)}`,
  'links-limited': ({ links, because }) => `links come by ${links}: ${because}`,
  'links-unchangeable': ({ because }) => `plugins cannot change links: ${because}`,
  'socket-missing': ({ socket, because }) => `the socket ${socket} cannot be put back: ${because}`,
  'socket-restored': ({ socket }) => `the socket ${socket} was removed, and is there again`,
  'recording-ended': ({ file, because }) => `the recording ${file} has ended: ${because}`,
  'internal-error': ({ because }) => `a request failed: ${because}`,
  resync: ({ because }) => `Read everything anew: ${because}`,
}

export const configurationSentences: Sentences<Exclude<keyof ConfigurationEvents, 'configuration-doubt'>> = {
  'configuration-changed': ({ file }) => `the configuration was read anew from ${file}`,
  'configuration-faulty': (event) => `the last good configuration is in force: ${inWords(event)}`,
  'configuration-mended': ({ file }) => `${file} is in force again`,
  'configuration-unkept': ({ because }) =>
    `the configuration is in force, but the state cannot hold it for the next start: ${because}`,
  'configuration-kept': () => 'the state holds the accepted configuration for the next start again',
}

function lostEvents(lost: number): string {
  if (lost === 0) return ''
  return lost === 1
    ? '; one event of the time between is lost'
    : `; ${lost} events of the time between are lost`
}

interface Faulty extends Record<'found' | 'expected' | 'remedy', string | null> {
  problem: string
  faults: readonly Fault[]
}

/** A fault of the file in one line: with the place of each fault in it, which is in the message of a single one. */
function inWords({ problem, found, expected, remedy, faults }: Faulty): string {
  if (faults.length === 0) return `${problem}: found ${found}; expected ${expected}. ${remedy}`
  const told = faults.slice(0, faultsTold).map(({ field, ...fault }) => {
    const place = field === '' || faults.length === 1 ? '' : `${field}: `
    return `${place}found ${fault.found}; expected ${fault.expected}. ${fault.remedy}`
  })
  const more = faults.length > told.length ? `; and ${faults.length - told.length} more` : ''
  return `${problem}: ${told.join('; ')}${more}`
}
