import { connectionNameFault, connectionNameLimit } from '@claimd/sdk'
import { ownerOf } from './connection-owner.js'
import type { Context } from './context.js'
import type { Provider } from './order.js'
import type { AdapterRecord } from './records.js'

/** The adapter's own name, made fit and free; for a provider that knows better it is only a suggestion. */
export function suggestName(context: Context, record: AdapterRecord, provider: Provider): string {
  const plain = record.adapter.name.replace(/[\p{Cc}\p{Cs}/]/gu, '_').replace(/^-/, '_')
  const base = connectionNameFault(plain) ? `adapter-${record.adapter.index}` : plain
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`
    const name = `${base.slice(0, connectionNameLimit - suffix.length)}${suffix}`
    const holder = context.byConnection.get(name)
    const type = context.configured.get(name)?.type
    const free =
      (!holder || holder === record) && (type === undefined || ownerOf(context, type) === provider.id)
    if (free) return name
  }
}
