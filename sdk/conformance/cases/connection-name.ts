import { connectionNameFault } from '../../connection-name.js'
import { type Case, fail, pass, skip } from '../case.js'
import { nothingClaimed, offer } from '../claiming.js'

export const connectionName: Case = {
  id: 'connection-name',
  rule: 'A claim names a connection whose name is allowed.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    const names = new Set<string>()
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id)) {
        const { claim } = await offer(plugin, id, adapter)
        if (!claim) continue
        const fault = connectionNameFault(claim.connection)
        if (fault !== null) return wrong(claim.connection, fault)
        names.add(claim.connection)
        plugin.released(claim, 'void')
      }
    }
    return names.size > 0 ? pass([...names].join(', ')) : skip(nothingClaimed)
  },
}

function wrong(name: string, fault: string) {
  return fail(
    `${JSON.stringify(name)}, which ${fault}`,
    '1 to 63 characters, no control character, no /, not beginning with -',
    'Use the name that the offer suggests (offer.connection), which is allowed and free',
  )
}
