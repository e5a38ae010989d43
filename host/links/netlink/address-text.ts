import { SocketAddress } from 'node:net'

/** `02:fc:00:00:00:01`; `null` for a link without a link-layer address. */
export function linkLayerText(bytes: Buffer): string | null {
  return bytes.length === 0 ? null : bytes.toString('hex').replace(/(..)(?!$)/g, '$1:')
}

export function ipv4Text(bytes: Buffer): string {
  return bytes.join('.')
}

/** IPv6 as RFC 5952 writes it: lower case, the longest run of zeroes left out. */
export function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16))
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}

/** The bytes of a link-layer address as {@link linkLayerText} writes it. */
export function linkLayerBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex')
}
