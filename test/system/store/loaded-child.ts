/**
 * A process that the tests of the store start and kill: `loaded-child.js SEED JOURNAL_BYTES`. It says `ready`
 * and waits for the path of a state folder on its standard input. Then, for ever: it opens the state, tells
 * what is in it (`contents JSON`), and commits the batches that come next, telling the number of each once its
 * commit has returned; after some it closes the state (`closing`, `closed`) and begins again.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { openStore } from '../../../host/store/open-store.js'
import { randomFrom } from '../../random.js'
import { contentsOf } from './contents.js'
import { batchAt } from './load.js'

const [seed, bytes] = process.argv.slice(2).map(Number) as [number, number]
const pick = randomFrom(process.pid)

/** The rest of a line that the pipe has no room for is written when there is some. */
function tell(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; rest = rest.subarray(writeSync(1, rest)));
}

tell('ready')
const folder = await createInterface({ input: process.stdin }).question('')
for (;;) {
  const store = openStore(folder, { journal: { bytes } })
  const contents = contentsOf(store)
  tell(`contents ${JSON.stringify(contents)}`)
  let number = contents.state.fence
  const last = number + (pick(3) === 0 ? pick(1_000) : pick(30))
  while (number < last) {
    store.commit(batchAt(seed, ++number))
    tell(String(number))
  }
  tell('closing')
  store.close()
  tell('closed')
}
