import type { Bench, RunningPlugin } from '../bench.js'
import { type Case, fail, pass } from '../case.js'
import { withConnectable } from '../connecting.js'
import type { Connectable } from '../dialling.js'
import { oddConfigs } from '../odd-configs.js'

export const namesResources: Case = {
  id: 'names-resources',
  rule: 'Asked what a connection needs, the provider names adapters that it was given and no others, and answers whatever is configured.',
  level: 'must',
  run: withConnectable(async (plugin, one, bench) => {
    const asked = connectionsLike(bench, one)
    for (const each of asked) {
      const found = await strange(plugin, each)
      if (found === null) continue
      return fail(
        `with the config ${JSON.stringify(each.connection.config)}: ${found}`,
        'SUCCESS with ids of adapters that were given, or with null, or a failure that says why',
        'Choose in resources() among call.adapters, which are those that are free; check config part by part',
      )
    }
    return pass(`${asked.length} configurations, each with all adapters, with half of them, and with none`)
  }),
}

function connectionsLike(bench: Bench, one: Connectable): Connectable[] {
  const { type } = one.connection
  const odd = oddConfigs(bench, type).map((config) => ({ ...one, connection: { name: 'odd', type, config } }))
  return [one, ...odd]
}

/** What is wrong with its answers; `null` when nothing is. */
async function strange(plugin: RunningPlugin, one: Connectable): Promise<string | null> {
  const all = plugin.connecting.adapters(one.provider)
  for (const given of [all, all.filter((_, at) => at % 2 === 1), []]) {
    const { answer, broke } = await plugin.connecting.resources(one, given)
    if (broke !== null) return `it was given ${given.length} adapters: ${broke}`
    if (answer.result !== 'SUCCESS') continue
    const ids = given.map(({ id }) => id)
    const other = answer.adapters?.find((id) => !ids.includes(id))
    if (other !== undefined)
      return `it was given the adapters ${ids.join(', ') || '(none)'} and names ${JSON.stringify(other)}`
  }
  return null
}
