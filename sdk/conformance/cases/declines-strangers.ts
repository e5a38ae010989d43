import { type Case, fail, pass, skip } from '../case.js'
import { told } from '../claiming.js'

export const declinesStrangers: Case = {
  id: 'declines-strangers',
  rule: 'Asked all the same about an adapter that fits none of its match rules, the provider declines it.',
  level: 'should',
  async run(bench) {
    const plugin = await bench.startPlugin()
    let offers = 0
    for (const { id } of bench.plugin.providers) {
      for (const stranger of bench.strangers(id)) {
        const answered = await plugin.offer(id, stranger)
        offers++
        const { result } = answered.answer
        if (result !== 'SUCCESS' && result !== 'PENDING') continue
        return fail(
          `${stranger.name}, which is a ${stranger.kind}: ${told(answered)}`,
          'INVALID_CONNECTION or NOT_SUPPORTED',
          'Look at the adapter in claimConnection too, so that a rule that is made wider later claims nothing by mistake',
        )
      }
    }
    return offers > 0 ? pass(`${offers} strangers were declined`) : skip('its match rules fit every adapter')
  },
}
