import { type Case, fail, pass } from '../case.js'
import { told } from '../claiming.js'
import { endTrouble, reserve, withConnectable } from '../connecting.js'

export const connectBesideOffers: Case = {
  id: 'connect-beside-offers',
  rule: 'While a connect takes its time, offers are answered as always.',
  level: 'must',
  run: withConnectable(async (plugin, one, bench) => {
    const before = await plugin.connecting.picture()
    const dial = await reserve(plugin, one)
    const run = plugin.connecting.connect(dial, { held: true })
    await run.underWay
    const adapters = bench.fitting(one.provider).slice(0, 8)
    const answers = await Promise.all(adapters.map((adapter) => plugin.offer(one.provider, adapter)))
    for (const { claim } of answers) if (claim) plugin.released(claim, 'void')
    run.letGo()
    await run.ended
    const at = answers.findIndex(({ late, answer }) => late || answer.result === 'UNEXPECTED')
    const slow = at < 0 ? null : `the offer of ${adapters[at]!.name}: ${told(answers[at]!)}`
    const found = slow ?? plugin.died() ?? (await endTrouble(plugin, dial, before))
    if (found === null)
      return pass(`${answers.length} offers were answered while ${one.connection.name} was being connected`)
    return fail(
      found,
      'answers within their deadline, whatever connect waits for',
      'Let nothing that answers offers wait for connect(), and wait there with await: what blocks the process blocks all',
    )
  }),
}
