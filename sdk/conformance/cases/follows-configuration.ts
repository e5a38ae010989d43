import type { Bench, RunningPlugin } from '../bench.js'
import { type Case, fail, pass, skip } from '../case.js'
import { delay, offer } from '../claiming.js'

export const followsConfiguration: Case = {
  id: 'follows-configuration',
  rule: 'Connections that are configured or taken away while the plugin runs count from the next offer on.',
  level: 'must',
  async run(bench) {
    if (bench.connections.length === 0) return skip('its conformance.json configures no connection')
    const plugin = await bench.borrowPlugin()
    const first = await claimed(bench, plugin)
    if (first.length === 0) return skip('it claimed nothing for a configured connection')
    plugin.configure([])
    await delay(20)
    const without = await claimed(bench, plugin)
    if (without.length > 0)
      return stale(`still claimed for connections that were taken away: ${without.join(', ')}`)
    plugin.configure(bench.connections)
    await delay(20)
    const again = await claimed(bench, plugin)
    if (again.join() !== first.join())
      return stale(
        `configured again: claimed ${again.join(', ') || 'nothing'}; at first: ${first.join(', ')}`,
      )
    return pass(`taken away, nothing was claimed; configured again, ${first.join(', ')}`)
  },
}

/** The configured connections for which adapters are claimed. */
async function claimed(bench: Bench, plugin: RunningPlugin): Promise<string[]> {
  const names: string[] = []
  for (const { id } of bench.plugin.providers) {
    for (const adapter of bench.fitting(id)) {
      const { claim } = await offer(plugin, id, adapter)
      if (!claim) continue
      plugin.released(claim, 'void')
      if (!claim.volatile) names.push(claim.connection)
    }
  }
  return names
}

function stale(found: string) {
  return fail(
    found,
    'claims for the connections that are configured at that moment, and no others',
    'Ask context.connections.configured() in every offer; it costs nothing, and gives another list when they change',
  )
}
