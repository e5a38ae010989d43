import * as assert from 'uvu/assert'
import {
  encodeAttribute,
  encodeMessage,
  encodeRequest,
  forEachAttribute,
  forEachMessage,
  type Message,
  textAt,
} from '../../../../host/links/netlink/codec.js'
import { NLM_F_DUMP } from '../../../../host/links/netlink/constants.js'
import { suite } from '../../../harness.js'

const test = suite('links/netlink/codec')

function messagesOf(datagram: Buffer): { messages: Message[]; sound: boolean } {
  const messages: Message[] = []
  const sound = forEachMessage(datagram, (message) => messages.push(message))
  return { messages, sound }
}

test('a request has the header that the kernel expects', () => {
  const request = encodeRequest(18, NLM_F_DUMP, 7, Buffer.alloc(16))
  assert.is(request.toString('hex'), `20000000120001030700000000000000${'00'.repeat(16)}`)
})

test('several messages of one datagram are read in order, padding skipped', () => {
  const datagram = Buffer.concat([encodeMessage(16, 0, 1, Buffer.from('abcde')), encodeMessage(17, 0, 2)])
  const { messages, sound } = messagesOf(datagram)
  assert.ok(sound)
  assert.equal(
    messages.map(({ type, sequence, body }) => [type, sequence, body.toString()]),
    [
      [16, 1, 'abcde'],
      [17, 2, ''],
    ],
  )
})

test('what follows a header with a false length is skipped, what came before is kept', () => {
  for (const length of [0, 15, 17, 0xffffffff]) {
    const faulty = encodeMessage(16, 0, 2)
    faulty.writeUInt32LE(length, 0)
    const { messages, sound } = messagesOf(Buffer.concat([encodeMessage(16, 0, 1), faulty]))
    assert.not(sound, `length ${length}`)
    assert.is(messages.length, 1)
  }
})

test('flags in an attribute type are no part of the type', () => {
  const types: number[] = []
  const body = encodeAttribute(18 | 0x8000, Buffer.alloc(3))
  assert.ok(forEachAttribute(body, 0, body.length, (type) => types.push(type)))
  assert.equal(types, [18])
})

test('an attribute with a false length ends the reading', () => {
  for (const length of [0, 3, 9]) {
    const body = encodeAttribute(3, Buffer.alloc(4))
    body.writeUInt16LE(length, 0)
    assert.not(
      forEachAttribute(body, 0, body.length, () => {}),
      `length ${length}`,
    )
  }
})

test('a text ends at its NUL and never beyond its attribute', () => {
  assert.is(textAt(Buffer.from('eth0\0rest'), 0, 5), 'eth0')
  assert.is(textAt(Buffer.from('eth0rest\0'), 0, 4), 'eth0')
})

test.run()
