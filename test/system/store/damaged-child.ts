/**
 * A process that damages a state and opens it: `damaged-child.js FOLDER SEED FROM TO`, for each number from FROM
 * to below TO. In FOLDER are the states: `clean` and `logged`, of which one is damaged, `older` and `foreign`. It
 * tells a line each, `begin NUMBER` and `end JSON`, so that the case that ends the process is known.
 */
import { mkdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import { openStore } from '../../../host/store/open-store.js'
import { contentsOf } from './contents.js'
import { damage, type Files, readFiles, writeFiles } from './damages.js'
import { batchAt } from './load.js'

const [folder = '', ...numbers] = process.argv.slice(2)
const [seed, from, to] = numbers.map(Number) as [number, number, number]
const states = ['clean', 'logged', 'older', 'foreign'].map((name) => readFiles(join(folder, name)))
const [clean, logged, older, foreign] = states as [Files, Files, Files, Files]

const tell = (line: string) => {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; rest = rest.subarray(writeSync(1, rest)));
}

for (let number = from; number < to; number++) {
  tell(`begin ${number}`)
  const { database, log } = number % 2 === 0 ? clean : logged
  const files = { database: Buffer.from(database), log: Buffer.from(log) }
  const what = damage(files, seed * 100_003 + number, { older, foreign })
  // Each has files of its own: one that was given up in the middle stays locked until the process ends.
  const state = join(folder, `case-${number}`)
  mkdirSync(state)
  writeFiles(state, files)
  tell(`end ${JSON.stringify({ number, what, ...outcome(state, files) })}`)
  rmSync(state, { recursive: true })
}

/** What opening it comes to. Also whether a refused state was left as it was, and an opened one can be used. */
function outcome(state: string, before: Files) {
  try {
    const store = openStore(state)
    try {
      const contents = reading(() => contentsOf(store))
      const { fence } = store.load()
      if (!(contents instanceof ClaimdError)) {
        store.commit({ ...batchAt(seed, fence + 1), sync: false })
        if (store.load().fence !== fence + 1) return { failed: 'what was committed is not there' }
      }
      return contents instanceof ClaimdError ? { read: contents.code, state: store.load() } : { contents }
    } finally {
      store.close()
    }
  } catch (error) {
    if (!(error instanceof ClaimdError)) return { failed: String((error as Error).stack) }
    const after = readFiles(state)
    const same = after.database.equals(before.database) && after.log.equals(before.log)
    return { refused: error.code, found: error.found, same }
  }
}

function reading<Value>(work: () => Value): Value | ClaimdError {
  try {
    return work()
  } catch (error) {
    if (error instanceof ClaimdError) return error
    throw error
  }
}
