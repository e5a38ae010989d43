import type { Adapter } from '../../adapter.js'
import { type Case, fail, pass, skip } from '../case.js'
import { firstClaim, nothingClaimed, offer, settle } from '../claiming.js'

/** What may happen to a held adapter; that it is down or has another name is no reason to let go of it. */
const changes: [what: string, fields: Partial<Adapter>][] = [
  ['without addresses', { addresses: [] }],
  ['with another address', { addresses: ['203.0.113.99/24'] }],
  ['as a port of a bridge', { master: 'br0' }],
]

export const letsGo: Case = {
  id: 'lets-go',
  rule: 'What claimConnection would not claim, verify does not confirm.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const first = await firstClaim(bench, plugin)
    if (!first) return skip(nothingClaimed)
    plugin.released(first, 'void')
    const { provider, adapter } = first
    const refused: string[] = []
    for (const [what, fields] of changes) {
      const changed = { ...adapter, ...fields }
      const offered = await offer(plugin, provider, changed)
      if (offered.claim) plugin.released(offered.claim, 'void')
      const { result } = offered.answer
      if (result !== 'INVALID_CONNECTION' && result !== 'NOT_SUPPORTED') continue
      const { claim } = await offer(plugin, provider, adapter)
      if (!claim) continue
      plugin.claimed(claim)
      const verified = await settle(() => plugin.verify(claim, changed))
      plugin.released(claim, 'gone')
      if (verified.answer.result === 'SUCCESS') return keeps(adapter.name, what, result)
      refused.push(what)
    }
    if (refused.length === 0) return skip('it claims the adapter in each of the states that were tried')
    return pass(`${adapter.name} was let go of: ${refused.join(', ')}`)
  },
}

function keeps(name: string, what: string, result: string) {
  return fail(
    `${name} ${what}: claimConnection answers ${result}, verify answers SUCCESS`,
    'INVALID_CONNECTION from verify too, so that the claim ends and others are asked',
    'Look in verify at what claimConnection looks at; or leave verify out, and claimConnection is asked instead',
  )
}
