import { PathWatch } from '../lib/path-watch.js'
import { databaseFile } from './state-file.js'

/**
 * Hears when the database of a state folder may be gone, or be another one. Where the kernel has no events of it, that is
 * found with the next decision.
 * @returns the end of it
 */
export function watchDatabase(folder: string, changed: () => void): () => void {
  const watch = new PathWatch(databaseFile(folder), changed)
  return () => watch.close()
}
