import type { AdapterFilter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { adapterTest } from '../../../host/core/claims/adapter-filter.js'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { claimd } from './fake-world.js'

const test = suite('cli/unfitting')

const client = {
  adapters: async (filter: AdapterFilter = {}) => ({
    revision: 41,
    adapters: documents.adapters.adapters.filter(adapterTest(filter, () => false)),
  }),
}

const notes = async (line: string) => (await claimd(line, { client })).err

test('adapters: each value that fits no adapter at all is told on standard error', async () => {
  assert.is(await notes('adapters eth0 nosuch'), 'note: no adapter fits nosuch\n')
  assert.is(
    await notes('adapters --kind vethh,veth'),
    'note: no adapter is of kind vethh; did you mean veth?\n',
  )
  assert.is(await notes('adapters --kind tun --json'), 'note: no adapter is of kind tun\n')
  assert.is(await notes('adapters --provider as-fuond'), 'note: no adapter is held by as-fuond\n')
  assert.is(await notes('adapters --address 10.0.0.0/8'), 'note: no adapter has the address 10.0.0.0/8\n')
  assert.is(await notes('adapters 3.2'), '', 'an id is as good where no adapter is called so')
})

test('adapters: a value that fits one is no slip, though the rest of the filter leaves that out', async () => {
  assert.is(await notes('adapters eth0 --kind veth --state unmanaged'), '')
  assert.is(await notes('adapters id:3.2 --provider lab'), '')
  assert.is(await notes('adapters --provider @acme/claimd-lab'), '')
  assert.is(await notes('adapters'), '')
})

test.run()
