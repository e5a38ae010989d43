/** The bytes of an IP address that is known to be one, 4 or 16 of them. */
export function ipBytes(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.').map(Number))
  // A URL writes it without a dotted part at its end, and with one gap at most.
  const [head = '', tail = ''] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const [before, after] = [groupsOf(head), groupsOf(tail)]
  const between = Array<number>(8 - before.length - after.length).fill(0)
  return Uint8Array.from([...before, ...between, ...after].flatMap((group) => [group >> 8, group & 255]))
}

/** Whether nothing is set after the first `length` bits. */
export function isNetwork(address: string, length: number): boolean {
  return ipBytes(address).every((byte, at) => {
    const free = Math.min(8, Math.max(0, 8 * (at + 1) - length))
    return (byte & ((1 << free) - 1)) === 0
  })
}

/** Whether all of a network lies within another one. Both are written with a prefix length. */
export function isWithin(inner: string, outer: string): boolean {
  if (inner.includes(':') !== outer.includes(':')) return false
  const length = prefixLength(outer)
  if (prefixLength(inner) < length) return false
  const bytes = ipBytes(addressOf(inner))
  return ipBytes(addressOf(outer)).every((byte, at) => {
    const free = Math.min(8, Math.max(0, 8 * (at + 1) - length))
    return byte >> free === bytes[at]! >> free
  })
}

/** Of an address or a network such as `10.0.0.0/8`. */
export function prefixLength(text: string): number {
  return Number(text.slice(text.indexOf('/') + 1))
}

function addressOf(text: string): string {
  return text.slice(0, text.indexOf('/'))
}

function groupsOf(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
}
