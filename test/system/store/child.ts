/**
 * A process that the tests of the store start and end: `child.js FOLDER`. It opens the state, then commits
 * events for ever and prints each revision once its commit has returned.
 */
import { writeSync } from 'node:fs'
import { openStore } from '../../../host/store/open-store.js'
import { adapter, batch, claim, event } from '../../host/store/batches.js'

const store = openStore(process.argv[2]!)
let { revision } = store.load()
for (;;) {
  const id = `${revision + 1}.1`
  const events = [event(++revision), event(++revision), event(++revision)]
  store.commit(
    batch({ events, putAdapters: [adapter(id)], putClaims: [claim(id)], sync: revision % 2 === 0 }),
  )
  writeSync(1, `${revision}\n`)
}
