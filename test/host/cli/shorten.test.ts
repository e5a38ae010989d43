import * as assert from 'uvu/assert'
import { shortenList, shortenProvider } from '../../../host/cli/shorten.js'
import { suite } from '../../harness.js'

const test = suite('cli/shorten')

test("leaves out of a provider's id what tells least", () => {
  const id = '@acme/claimd-lab/veth'
  assert.is(shortenProvider(id, 15), 'claimd-lab/veth')
  assert.is(shortenProvider(id, 14), 'lab/veth')
  assert.is(shortenProvider(id, 7), '…/veth')
  assert.is(shortenProvider(id, 5), 'veth')
  assert.is(shortenProvider('@claimd/as-found/as-found', 17), 'as-found/as-found')
  assert.is(shortenProvider('@claimd/as-found/as-found', 16), 'as-found')
  assert.is(shortenProvider('plain/laboratory', 5), 'labo…')
})

test('keeps whole items of a list and counts the others', () => {
  const list = '10.0.0.1/24 10.0.0.2/24 fd00::1/64'
  assert.is(shortenList(list, 26), '10.0.0.1/24 10.0.0.2/24 +1')
  assert.is(shortenList(list, 25), '10.0.0.1/24 +2')
  assert.is(shortenList(list, 10), '10.0.0… +2')
  assert.is(shortenList('2001:db8:1234:5678::1/64', 10), '2001:db8:…')
})

test.run()
