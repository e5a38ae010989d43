import { type Case, fail, pass, skip } from '../case.js'
import { told } from '../claiming.js'

export const declinesStrangers: Case = {
  id: 'declines-strangers',
  rule: 'Asked all the same about an adapter that fits none of its match rules, the provider declines it.',
  level: 'should',
  async run(bench) {
    const strangers = (await bench.survey()).adapters.filter(({ stranger }) => stranger)
    if (strangers.length === 0) return skip('its match rules fit every adapter')
    const claimed = strangers.find(({ offered }) => offered.claim !== null)
    if (!claimed) return pass(`${strangers.length} strangers were declined`)
    return fail(
      `${claimed.adapter.name} of kind ${claimed.adapter.kind}: ${told(claimed.offered)}`,
      'INVALID_CONNECTION or NOT_SUPPORTED',
      'Look at the adapter in claimConnection too, so that a rule that is made wider later claims nothing by mistake',
    )
  },
}
