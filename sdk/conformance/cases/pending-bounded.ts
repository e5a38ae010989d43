import type { Answered } from '../bench.js'
import { type Case, fail, pass } from '../case.js'
import { delay, pendingLimits, told } from '../claiming.js'

/**
 * How often and how long an answer may be put off is the host's to bound, and it does. A provider that waits for
 * something else (its daemon, its modem) may put the answer off until then, and ask for an offer when it knows.
 */
export const pendingBounded: Case = {
  id: 'pending-bounded',
  rule: 'A provider that puts an answer off answers when it is asked again; after three times and 5 s together the host takes it for a no.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    let putOff = 0
    const endless: string[] = []
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id)) {
        let ms = 0
        for (let times = 1; ; times++) {
          const answered = await plugin.offer(id, adapter)
          const { answer, claim } = answered
          if (claim) plugin.released(claim, 'void')
          if (answer.result !== 'PENDING') {
            if (times > 1 && answer.result === 'UNEXPECTED')
              return stumbles(adapter.name, times - 1, answered)
            break
          }
          ms += answer.retryAfterMs
          if (times > pendingLimits.times || ms > pendingLimits.ms) {
            endless.push(adapter.name)
            break
          }
          putOff++
          await delay(answer.retryAfterMs)
        }
      }
    }
    if (putOff === 0 && endless.length === 0) return pass('no answer was put off')
    const taken = endless.length === 0 ? '' : `; for ${endless.join(', ')} until the host took it for a no`
    return pass(`answers were put off ${putOff} times${taken}`)
  },
}

function stumbles(name: string, times: number, answered: Answered) {
  return fail(
    `asked about ${name} again after PENDING (${times} times): ${told(answered)}`,
    'an answer of the contract, as to a first offer; PENDING again is one',
    'Answer each offer by what is known then; to be asked again later, call context.offers.request(adapter.id)',
  )
}
