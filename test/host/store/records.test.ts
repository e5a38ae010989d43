import * as assert from 'uvu/assert'
import { openStore } from '../../../host/store/index.js'
import { suite } from '../../harness.js'
import { Folders } from './folders.js'

const test = suite('store/records')
const folders = new Folders()
test.after(() => folders.removeAll())

test('records are there again, each under its kind, the newest value once', () => {
  const folder = folders.make()
  let store = openStore(folder)
  store.records.put('trust', 'a', { build: '1' })
  store.records.put('trust', 'b', { build: '1' })
  store.records.put('trust', 'a', { build: '2' })
  store.records.put('user', 'a', { uid: 7 })
  store.records.put('user', 'b', { uid: 8 })
  store.records.drop('user', 'b')
  store.close()
  store = openStore(folder)
  assert.equal(store.records.all('trust'), [
    { key: 'a', value: { build: '2' } },
    { key: 'b', value: { build: '1' } },
  ])
  assert.equal(store.records.all('user'), [{ key: 'a', value: { uid: 7 } }])
  store.close()
})

test.run()
