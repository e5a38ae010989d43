import type { Adapter } from '@claimd/sdk'
import type { Call, SentCall } from '@claimd/sdk/wire'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { ReceivedAdapters } from '../../../host/plugin-host/runner/received-adapters.js'
import { SentAdapters } from '../../../host/plugin-host/supervisor/sent-adapters.js'
import { suite } from '../../harness.js'

const test = suite('plugin-host/sent-adapters')

function adapter(index: number, up: boolean): Adapter {
  return {
    ...{ id: `${index}.1`, name: `eth${index}`, alternativeNames: [], index, kind: 'ethernet', driver: null },
    ...{ address: null, permanentAddress: null, path: null, vendor: null, product: null },
    ...{ up, carrier: null, master: null, addresses: [`10.0.${index}.1/24`] },
  }
}

/** Each of them in two states, each state one object, as the core has them. */
const pool = Array.from({ length: 6 }, (_, index) => [adapter(index, false), adapter(index, true)] as const)

function resources(id: number, adapters: readonly Adapter[]): Call {
  return { id, provider: 'p', connection: 'c', type: 't', config: {}, method: 'resources', adapters }
}

function throughChannel(call: SentCall): SentCall {
  return JSON.parse(JSON.stringify(call))
}

test('a provider sees all adapters, whichever of them travel', () => {
  const lists = fc.array(
    fc
      .tuple(fc.subarray([0, 1, 2, 3, 4, 5]), fc.infiniteStream(fc.boolean()))
      .map(([indices, states]) => indices.map((index) => pool[index]![states.next().value ? 1 : 0])),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(lists, (all) => {
      const [sent, received] = [new SentAdapters(), new ReceivedAdapters()]
      for (const [id, adapters] of all.entries()) {
        const call = resources(id, adapters)
        assert.equal(received.received(throughChannel(sent.sent(call))), call)
      }
    }),
  )
})

test('what was sent before travels as its id, and what has changed since does not', () => {
  const sent = new SentAdapters()
  const [one, two, other] = [pool[1]![0], pool[2]![0], pool[2]![1]]
  const listOf = (adapters: readonly Adapter[]) =>
    (sent.sent(resources(1, adapters)) as { adapters: unknown }).adapters
  assert.equal(listOf([one, two]), [one, two])
  assert.equal(listOf([one, two]), ['1.1', '2.1'])
  assert.equal(listOf([one, other]), ['1.1', other])
  assert.equal(listOf([other]), ['2.1'])
  assert.equal(listOf([one, other]), [one, '2.1'], 'both sides have forgotten what was not in the last one')
})

test('what a provider is given it cannot change for the next one', () => {
  const received = new ReceivedAdapters()
  const call = received.received(throughChannel(resources(1, [pool[1]![0]])))
  const [first] = (call as Extract<Call, { method: 'resources' }>).adapters
  assert.throws(() => first!.addresses.push('192.0.2.1/24'), TypeError)
})

test.run()
