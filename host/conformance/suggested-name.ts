import { type Adapter, connectionNameFault } from '@claimd/sdk'

/** The name that the daemon would suggest for a connection of an adapter when no other has its name. */
export function suggestedName({ name, index }: Adapter): string {
  const plain = name
    .replace(/[\p{Cc}\p{Cs}/]/gu, '_')
    .replace(/^-/, '_')
    .normalize('NFC')
  return connectionNameFault(plain) === null ? plain : `adapter-${index}`
}
