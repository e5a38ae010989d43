import { type Case, fail, pass } from '../case.js'

export const answersInTime: Case = {
  id: 'answers-in-time',
  rule: 'Every offer and every verify is answered before its deadline.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    let slowest = 0
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id)) {
        const offered = await plugin.offer(id, adapter)
        if (offered.late) return tooLate(`the offer of ${adapter.name}`, bench.limits.offerMs)
        slowest = Math.max(slowest, offered.ms)
        if (!offered.claim) continue
        const verified = await plugin.verify(offered.claim)
        if (verified.late) return tooLate(`the verify of ${adapter.name}`, bench.limits.offerMs)
        slowest = Math.max(slowest, verified.ms)
        plugin.released(offered.claim, 'operator')
      }
    }
    return pass(`the slowest answer took ${Math.round(slowest)} ms`)
  },
}

function tooLate(what: string, ms: number) {
  return fail(
    `${what} was not answered within ${ms / 1000} s`,
    `an answer within ${ms / 1000} s`,
    'Answer PENDING with retryAfterMs when it takes longer to find out, and never wait without a time limit',
  )
}
