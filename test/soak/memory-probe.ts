/**
 * Loaded into the daemon before its own code. At SIGUSR2 it collects garbage, all of it, and writes what memory
 * is in use then to the file that SOAK_MEMORY names: what is left is what is held.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const file = process.env.SOAK_MEMORY!

process.on('SIGUSR2', () => {
  for (let i = 0; i < 3; i++) collect()
  writeFileSync(`${file}.new`, JSON.stringify(process.memoryUsage()))
  renameSync(`${file}.new`, file)
})
