import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/commands/acting')

const refusing = { client: { disconnect: () => Promise.reject(new ClaimdError(documents.refusal)) } }

test('CM-5: a refused disconnect tells who holds it and what to do, and exits 6', async () => {
  const world = await claimd('disconnect eth0', refusing)
  assert.is(
    world.err,
    `claimd: connection eth0 may not be disconnected: claimd did not bring it up
  adapter:    eth0
  held by:    claimd-as-found/as-found
  connection: eth0
  do:         to end the claim without touching the link: claimd release eth0 --reason TEXT
`,
  )
  assert.is(world.out, '')
  assert.is(world.code, 6)
})

test('a refused disconnect is the refusal itself with --json', async () => {
  const world = await claimd('disconnect eth0 --json', refusing)
  assert.equal(JSON.parse(world.out), documents.refusal)
  assert.is(world.code, 6)
})

test('disconnect tells what was done', async () => {
  const world = await claimd('disconnect office')
  assert.equal(world.asked, [['disconnect', 'office']])
  assert.is(world.out, 'connection office is disconnected\n')
  assert.is(world.code, 0)
})

test('disconnect --all names each outcome and exits 6 when one was a refusal', async () => {
  const world = await claimd('disconnect --all', { env: { COLUMNS: '80' } })
  assert.is(
    world.out,
    `disconnected office
refused: connection eth0 may not be disconnected: claimd did not bring it up
  adapter:    eth0
  held by:    claimd-as-found/as-found
  connection: eth0
  do:         to end the claim without touching the link: claimd release eth0
              --reason TEXT
failed: connection home could not be taken down
  found: its provider did not answer
  do:    look at: claimd plugins
1 disconnected, 1 refused, 1 failed
`,
  )
  assert.is(world.err, '')
  assert.is(world.code, 6)
  assert.equal(JSON.parse((await claimd('--json disconnect --all')).out), documents.disconnectAll)
  assert.is((await claimd('--json disconnect --all')).code, 6)
})

test('disconnect --all exits 5 after failures alone and 0 when there was nothing to do', async () => {
  const all = (part: Partial<typeof documents.disconnectAll>) => ({
    client: { disconnectAll: async () => ({ disconnected: [], refused: [], failed: [], ...part }) },
  })
  assert.is((await claimd('disconnect --all', all({ failed: documents.disconnectAll.failed }))).code, 5)
  const nothing = await claimd('disconnect --all', all({}))
  assert.is(nothing.out, 'Nothing is connected, so nothing was done.\n')
  assert.is(nothing.code, 0)
})

test('release sends the reason and tells what was ended', async () => {
  const world = await claimd(['release', 'eth0', '--reason', 'moved to the lab'])
  assert.equal(world.asked, [['release', 'eth0', 'moved to the lab']])
  assert.is(world.out, 'the claim on eth0 is ended\n')
})

test('offer tells the whole round', async () => {
  const world = await claimd('offer eth0')
  assert.is(
    world.out,
    `The round, 12:27:00+05:30 (3 min ago): eth0 has another set of addresses
  1. @acme/claimd-lab/lab 1.2.0
     looked and declined (INVALID_CONNECTION) in 3.5 ms: not a lab link
  2. slow/slow 1.0.0
     failed (UNEXPECTED) in 2.0 s: it did not answer within 2000 ms
  3. claimd-as-found/as-found 1.0.0
     said that it is its own (SUCCESS) in 0.4 ms: up with a global address
  Not asked: @acme/claimd-wwan/wwan, @acme/claimd-vpn/vpn — no match rule fits
  Outcome: claimed by claimd-as-found/as-found for connection eth0
eth0 is claimed
  because claimd-as-found/as-found claimed it: up with a global address
`,
  )
})

test('an offer of what a sticky claim holds exits 6', async () => {
  const error = claimdError('HELD_BY_PROVIDER', { message: 'adapter lab0 is not offered' })
  const world = await claimd('offer lab0', { client: { offer: () => Promise.reject(error) } })
  assert.is(world.code, 6)
})

test.run()
