import { type Case, fail, pass, skip } from '../case.js'
import { offer } from '../claiming.js'

export const ownConnectionEach: Case = {
  id: 'own-connection-each',
  rule: 'Two adapters that are held at the same time are held for two connections.',
  level: 'should',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const holders = new Map<string, string>()
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id)) {
        if ([...holders.values()].includes(adapter.name)) continue
        const { claim } = await offer(plugin, id, adapter)
        if (!claim) continue
        const other = holders.get(claim.connection)
        if (other !== undefined) return shared(claim.connection, other, adapter.name)
        holders.set(claim.connection, adapter.name)
      }
    }
    if (holders.size < 2) return skip('it did not claim two adapters of different names at the same time')
    return pass([...holders].map(([name, adapter]) => `${adapter} for ${name}`).join(', '))
  },
}

function shared(connection: string, first: string, second: string) {
  return fail(
    `${first} and ${second} were both claimed for connection ${JSON.stringify(connection)}`,
    'a connection of its own for each; the host refuses the second, and that adapter stays unprotected',
    'Make the name from the adapter, or use the one that the offer suggests; remember by its fence what is held, until released',
  )
}
