import { NLM_F_REQUEST } from './constants.js'

/*
 * Netlink's framing. Numbers are in the machine's byte order; every machine for which there is a prebuilt
 * koffi is little-endian. What is read here came from outside: each length is checked before it is used.
 */

const headerLength = 16
const attributeHeaderLength = 4
/** The two highest bits of an attribute's type are flags. */
const attributeTypeMask = 0x3fff

export interface Message {
  type: number
  flags: number
  sequence: number
  /** What follows the header; a view into the datagram. */
  body: Buffer
}

/** Messages and attributes start at multiples of four. */
export function aligned(length: number): number {
  return (length + 3) & ~3
}

/**
 * Calls back with each message of a datagram.
 * @returns whether all of it was well formed; what follows a malformed header cannot be found and is skipped
 */
export function forEachMessage(datagram: Buffer, visit: (message: Message) => void): boolean {
  let offset = 0
  while (offset < datagram.length) {
    if (datagram.length - offset < headerLength) return false
    const length = datagram.readUInt32LE(offset)
    if (length < headerLength || length > datagram.length - offset) return false
    visit({
      type: datagram.readUInt16LE(offset + 4),
      flags: datagram.readUInt16LE(offset + 6),
      sequence: datagram.readUInt32LE(offset + 8),
      body: datagram.subarray(offset + headerLength, offset + length),
    })
    offset += aligned(length)
  }
  return true
}

/**
 * Calls back with each attribute in `[start, end)` of a body and where its value lies. No view is made for
 * the fifty attributes of a link of which ten are read.
 * @returns whether all lengths were sound
 */
export function forEachAttribute(
  body: Buffer,
  start: number,
  end: number,
  visit: (type: number, from: number, to: number) => void,
): boolean {
  let offset = start
  while (end - offset >= attributeHeaderLength) {
    const length = body.readUInt16LE(offset)
    if (length < attributeHeaderLength || length > end - offset) return false
    visit(body.readUInt16LE(offset + 2) & attributeTypeMask, offset + attributeHeaderLength, offset + length)
    offset += aligned(length)
  }
  return true
}

/** A string attribute's value; the kernel ends it with a NUL. */
export function textAt(body: Buffer, from: number, to: number): string {
  let end = from
  while (end < to && body[end] !== 0) end++
  return body.toString('utf8', from, end)
}

/** Builds a message. */
export function encodeMessage(type: number, flags: number, sequence: number, ...parts: Buffer[]): Buffer {
  const header = Buffer.alloc(headerLength)
  const body = Buffer.concat(parts)
  header.writeUInt32LE(headerLength + body.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt16LE(flags, 6)
  header.writeUInt32LE(sequence, 8)
  return Buffer.concat([header, body, Buffer.alloc(aligned(body.length) - body.length)])
}

/** Builds a request. */
export function encodeRequest(type: number, flags: number, sequence: number, ...parts: Buffer[]): Buffer {
  return encodeMessage(type, NLM_F_REQUEST | flags, sequence, ...parts)
}

/** Builds an attribute, padded. */
export function encodeAttribute(type: number, value: Buffer): Buffer {
  const attribute = Buffer.alloc(aligned(attributeHeaderLength + value.length))
  attribute.writeUInt16LE(attributeHeaderLength + value.length, 0)
  attribute.writeUInt16LE(type, 2)
  value.copy(attribute, attributeHeaderLength)
  return attribute
}

/** Builds an attribute that holds a 32-bit number. */
export function encodeNumber(type: number, value: number): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32LE(value >>> 0)
  return encodeAttribute(type, number)
}
