import type { ConfigurationEvents, DaemonEvents, Fault } from '@claimd/sdk'
import type { Sentences } from './sentences.js'

/** More faults than these would hide what happens beside them; `claimd status` shows all. */
const faultsTold = 5

export const daemonSentences: Sentences<keyof DaemonEvents> = {
  started: ({ version }) => `claimd ${version} started`,
  stopped: ({ version }) => `claimd ${version} stopped; what is claimed stays as it is`,
  degraded: ({ reason }) => `nothing can be stored: ${reason}. Claims stay protected; none is made`,
  recovered: ({ lost }) => `decisions are stored again${lostEvents(lost)}`,
  'links-limited': ({ links, because }) => `links come by ${links}: ${because}`,
  'links-unchangeable': ({ because }) => `plugins cannot change links: ${because}`,
  'socket-missing': ({ socket, because }) => `the socket ${socket} cannot be put back: ${because}`,
  'socket-restored': ({ socket }) => `the socket ${socket} was removed, and is there again`,
  'state-folder-missing': ({ folders, because }) =>
    `${wereRemoved(folders)}, and claimd cannot make ${folders.length === 1 ? 'it' : 'them'} again: ${because}`,
  'state-folder-restored': ({ folders }) =>
    `${wereRemoved(folders)}, and ${folders.length === 1 ? 'is' : 'are'} there again`,
  'recording-ended': ({ file, because }) => `the recording ${file} has ended: ${because}`,
  'internal-error': ({ because }) => `a request failed: ${because}`,
  resync: ({ because }) => `Read everything anew: ${because}`,
}

export const configurationSentences: Sentences<keyof ConfigurationEvents> = {
  'configuration-changed': ({ file }) => `the configuration was read anew from ${file}`,
  'configuration-faulty': (event) => `the last good configuration is in force: ${inWords(event)}`,
  'configuration-doubt': ({ field, found, expected, remedy }) =>
    `${field}: found ${found}; expected ${expected}. ${remedy}`,
  'configuration-mended': ({ file, field, found }) =>
    field === undefined ? `${file} is in force again` : `${field} is mended, which was ${found}`,
  'configuration-unkept': ({ because }) =>
    `the configuration is in force, but the state cannot hold it for the next start: ${because}`,
  'configuration-kept': () => 'the state holds the accepted configuration for the next start again',
}

function wereRemoved(folders: readonly string[]): string {
  return `the ${folders.length === 1 ? 'folder' : 'folders'} ${folders.join(', ')} ${folders.length === 1 ? 'was' : 'were'} removed`
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
