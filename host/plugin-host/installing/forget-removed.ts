import { existsSync } from 'node:fs'
import { ClaimdError } from '@claimd/sdk'
import type { Records } from '../../core/kernel/store-port.js'
import { Places } from '../places.js'
import { StoredData } from '../stored-data.js'
import { RemovalMarks } from './removal-marks.js'

interface OpenStore {
  records: Records
  close(): unknown
}

/**
 * Removes what a removed plugin stored, or keeps it as its mark says, without a daemon.
 * @param open opens the state for this process alone
 * @returns what became of it, in words
 */
export async function forgetRemoved(
  name: string,
  state: string,
  open: (state: string) => OpenStore,
): Promise<string> {
  const places = new Places(state)
  const marks = new RemovalMarks(places.removed)
  const removal = marks.all().find((one) => one.name === name)
  if (!removal || !existsSync(state)) return 'it had stored nothing'
  let isKept = false
  try {
    const store = open(state)
    try {
      const stored = new StoredData(store.records, places)
      if (removal.keepData) isKept = stored.keep(name, removal.build)
      else stored.remove(name)
      marks.drop(name)
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    return `what it stored is removed when the daemon of ${state} starts next: ${error.message}`
  }
  if (removal.keepData) return isKept ? 'what it stored is kept for the same build' : 'it had stored nothing'
  return 'what it stored is removed'
}
