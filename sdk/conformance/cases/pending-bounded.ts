import { type Case, fail, pass } from '../case.js'
import { delay, pendingLimits } from '../claiming.js'

export const pendingBounded: Case = {
  id: 'pending-bounded',
  rule: 'An answer is put off at most three times and for 5 s together.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    let putOff = 0
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id)) {
        let ms = 0
        for (let times = 1; ; times++) {
          const { answer, claim } = await plugin.offer(id, adapter)
          if (claim) plugin.released(claim, 'void')
          if (answer.result !== 'PENDING') break
          ms += answer.retryAfterMs
          if (times > pendingLimits.times || ms > pendingLimits.ms) return endless(adapter.name, times, ms)
          putOff++
          await delay(answer.retryAfterMs)
        }
      }
    }
    return pass(putOff === 0 ? 'no answer was put off' : `answers were put off ${putOff} times`)
  },
}

function endless(name: string, times: number, ms: number) {
  return fail(
    `the answer for ${name} was put off ${times} times, for ${Math.round(ms)} ms together`,
    `an answer after at most ${pendingLimits.times} times and ${pendingLimits.ms} ms; then the host takes it for a no`,
    'Count how often an adapter was put off, by its id, and answer INVALID_CONNECTION in the end; report what changes later by a new address or carrier is offered anyway',
  )
}
