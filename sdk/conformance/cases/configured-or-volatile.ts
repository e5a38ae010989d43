import { type Case, fail, pass, skip } from '../case.js'
import { nothingClaimed, offer } from '../claiming.js'

export const configuredOrVolatile: Case = {
  id: 'configured-or-volatile',
  rule: 'A claim is for a connection that is configured for the provider, or is declared volatile.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    let claims = 0
    for (const { id, connectionTypes = [] } of bench.plugin.providers) {
      const own = bench.connections.filter(({ type }) => connectionTypes.includes(type))
      for (const adapter of bench.fitting(id)) {
        const { claim } = await offer(plugin, id, adapter)
        if (!claim) continue
        claims++
        const configured = own.some(({ name }) => name === claim.connection)
        if (!configured && !claim.volatile)
          return neither(
            claim.connection,
            own.map(({ name }) => name),
          )
        plugin.released(claim, 'void')
      }
    }
    return claims > 0 ? pass(`${claims} claims`) : skip(nothingClaimed)
  },
}

function neither(name: string, configured: readonly string[]) {
  return fail(
    `SUCCESS for ${JSON.stringify(name)} without volatile: true; configured: ${configured.join(', ') || 'nothing'}`,
    'the name of a configured connection, or volatile: true',
    'Say volatile: true for a connection that lives as long as the claim; take other names from context.connections.configured()',
  )
}
