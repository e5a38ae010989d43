import { type Case, fail, pass, skip } from '../case.js'
import { nothingClaimed } from '../claiming.js'

export const configuredOrVolatile: Case = {
  id: 'configured-or-volatile',
  rule: 'A claim is for a connection that is configured for the provider, or is declared volatile.',
  level: 'must',
  async run(bench) {
    const { adapters } = await bench.survey()
    const claims = adapters.flatMap(({ offered }) => offered.claim ?? [])
    for (const { provider, connection, volatile } of claims) {
      if (volatile) continue
      const types = bench.plugin.providers.find(({ id }) => id === provider)?.connectionTypes ?? []
      const own = bench.connections.filter(({ type }) => types.includes(type)).map(({ name }) => name)
      if (own.includes(connection)) continue
      return fail(
        `SUCCESS for ${JSON.stringify(connection)} without volatile: true; configured: ${own.join(', ') || 'nothing'}`,
        'the name of a configured connection, or volatile: true',
        'Say volatile: true for a connection that lives as long as the claim; take other names from context.connections.configured()',
      )
    }
    return claims.length > 0 ? pass(`${claims.length} claims`) : skip(nothingClaimed)
  },
}
