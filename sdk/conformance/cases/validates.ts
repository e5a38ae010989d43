import { type Case, fail, pass } from '../case.js'
import { said, withConnectable } from '../connecting.js'
import { spoiltConfigs } from '../odd-configs.js'

export const validates: Case = {
  id: 'validates',
  rule: 'A config that connects is accepted; of one that is refused, the field that is wrong is named.',
  level: 'must',
  run: withConnectable(async (plugin, one, bench) => {
    const good = await plugin.connecting.validate(one)
    const accepts = good.answer.result === 'SUCCESS' || good.answer.result === 'NOT_IMPLEMENTED'
    if (!accepts) return wrong(one.connection.config, said(good), 'SUCCESS: it was connected before')
    let refused = 0
    const { type, config } = one.connection
    const all = spoiltConfigs(bench, type, config)
    const fit = await bench.fitSchema(
      one.provider,
      all.map(({ config }) => config),
    )
    // Of what the schema refuses, the host names the field.
    const spoilt = all.filter((_, at) => fit[at])
    for (const { key, config } of spoilt) {
      const asked = await plugin.connecting.validate({ ...one, connection: { name: 'odd', type, config } })
      const { answer, broke } = asked
      if (broke !== null) return wrong(config, broke, 'an answer')
      if (answer.result === 'SUCCESS' || answer.result === 'NOT_IMPLEMENTED') continue
      refused++
      const { faults = [] } = answer
      if (faults.some(({ field }) => field.split(/[.[]/)[0] === key)) continue
      const fields = faults.map(({ field }) => JSON.stringify(field)).join(', ')
      return wrong(
        config,
        `${said(asked)}, ${faults.length === 0 ? 'without faults' : `with faults in ${fields}`}`,
        `a fault whose field is ${JSON.stringify(key)}, or within it`,
      )
    }
    return pass(
      `${one.connection.name} was accepted; of ${spoilt.length} spoilt ones that the schema accepts ${refused} were refused`,
    )
  }),
}

function wrong(config: object, found: string, expected: string) {
  return fail(
    `with the config ${JSON.stringify(config)}: ${found}`,
    expected,
    'Answer in validate() with faults: [{ field, found, expected }], one for each part that is wrong; its callers show them',
  )
}
