import { cpSync } from 'node:fs'
import { openStore } from '../../../host/store/open-store.js'
import { batchAt } from './load.js'

/**
 * Makes a state of so many batches, the last ones only in the write-ahead log, as a killed process leaves it.
 * @param folder where it is made
 * @param copy where it is to be found; what is made last lets go of its files
 */
export function makeState(
  folder: string,
  copy: string,
  options: { seed: number; journal: number; batches: number; logged: number },
): void {
  const open = () => openStore(folder, { journal: { bytes: options.journal } })
  let store = open()
  for (let number = 1; number <= options.batches; number++) {
    store.commit(batchAt(options.seed, number))
    if (number !== options.batches - options.logged) continue
    store.close()
    store = open()
  }
  if (options.logged === 0) store.close()
  cpSync(folder, copy, { recursive: true })
  store.close()
}
