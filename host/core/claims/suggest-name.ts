import { connectionNameFault, connectionNameLimit } from '@claimd/sdk'
import { ownerOf } from './connection-owner.js'
import type { Context } from './context.js'
import type { Provider } from './order.js'
import type { AdapterRecord } from './records.js'

/** The adapter's own name, made fit and free; for a provider that knows better it is only a suggestion. */
export function suggestName(context: Context, record: AdapterRecord, provider: Provider): string {
  const plain = record.adapter.name
    .replace(/[\p{Cc}\p{Cs}/]/gu, '_')
    .replace(/^-/, '_')
    .normalize('NFC')
  const base = connectionNameFault(plain) ? `adapter-${record.adapter.index}` : plain
  return firstFree(base, '', (name) => {
    const holder = context.byConnection.get(name)
    const type = context.configured.get(name)?.type
    return (!holder || holder === record) && (type === undefined || ownerOf(context, type) === provider.id)
  })
}

/** The name for a volatile connection whose own name is configured: `eth0-found`, then `eth0-found-2`. */
export function nameAside(context: Context, name: string): string {
  return firstFree(name, '-found', (one) => !context.byConnection.has(one) && !context.configured.has(one))
}

function firstFree(base: string, mark: string, isFree: (name: string) => boolean): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? mark : `${mark}-${number}`
    // Half a character, where the cut went through one, would make the name malformed.
    const cut = base.slice(0, connectionNameLimit - suffix.length).replace(/[\ud800-\udbff]$/, '_')
    const name = `${cut}${suffix}`
    if (isFree(name)) return name
  }
}
