import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { EventStreams } from '../../../host/control/event-streams.js'
import { suite } from '../../harness.js'
import { FakeServices } from './fake-services.js'

const test = suite('control/event-streams')

const query = { since: null, adapters: null, connections: null, types: null, coalesce: null }
const open = (streams: EventStreams, uid: number) => {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  streams.prepare(query, { uid, gid: uid, pid: 1 }).open(response)
  return response
}

test('one user cannot have all the streams, and all of them together not all the connections', () => {
  const streams = new EventStreams(new FakeServices())
  const refused = (uid: number) => {
    try {
      open(streams, uid)
      return null
    } catch (error) {
      return error instanceof ClaimdError ? error.code : String(error)
    }
  }
  const mine = Array.from({ length: 32 }, () => open(streams, 64_001))
  assert.is(refused(64_001), 'TOO_MANY_STREAMS')
  for (const uid of [64_002, 64_003, 64_004]) for (let i = 0; i < 32; i++) open(streams, uid)
  assert.is(refused(64_005), 'TOO_MANY_STREAMS')
  assert.is(refused(0), null, 'root still sees what happens')
  mine[0]!.emit('close')
  mine[1]!.emit('close')
  assert.is(refused(64_001), null)
  streams.end()
})

test('a stream that is prepared has its place, until it is called off', () => {
  const streams = new EventStreams(new FakeServices())
  const who = { uid: 64_001, gid: 1, pid: 1 }
  const prepared = Array.from({ length: 32 }, () => streams.prepare(query, who))
  assert.throws(() => streams.prepare(query, who), 'There are too many streams of events')
  prepared[0]!.cancel()
  streams.prepare(query, who)
})

test.run()
