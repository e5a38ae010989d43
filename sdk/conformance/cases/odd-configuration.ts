import type { ConfiguredConnection } from '../../configured-connection.js'
import { type Case, fail, pass, skip } from '../case.js'
import { oddConfigs } from '../odd-configs.js'

export const oddConfiguration: Case = {
  id: 'odd-configuration',
  rule: 'A connection whose configuration is empty, incomplete or nonsense does not make offers fail.',
  level: 'must',
  async run(bench) {
    const types = new Set(bench.plugin.providers.flatMap(({ connectionTypes = [] }) => connectionTypes))
    if (types.size === 0) return skip('it serves no type of configured connections')
    const plugin = await bench.borrowPlugin()
    const offerAll = async () => {
      for (const { id } of bench.plugin.providers) {
        for (const adapter of bench.fitting(id).slice(0, 2)) {
          const { claim, late } = await plugin.offer(id, adapter)
          if (claim) plugin.released(claim, 'void')
          if (late) return 'an offer was not answered in time'
        }
      }
      const death = plugin.died()
      if (death !== null) return death
      const { threw, malformed } = await plugin.observed()
      return threw ?? malformed
    }
    const usual = await offerAll()
    if (usual !== null) return skip(`it fails with its own configuration: ${usual}`)
    const all = [...types].flatMap((type) =>
      oddConfigs(bench, type).map((config) => ({ name: 'odd', type, config })),
    )
    for (const odd of all) {
      plugin.configure([odd])
      const found = await offerAll()
      if (found !== null) return tripped(odd, found)
    }
    return pass(`${all.length} configurations`)
  },
}

function tripped({ config }: ConfiguredConnection, found: string) {
  return fail(
    `with the config ${JSON.stringify(config)}: ${found}`,
    'an answer; the offers of other connections go on',
    'Check config before it is used, part by part: the host does not; decline with a reason that says what is wrong with it',
  )
}
