import { type Case, fail, pass } from '../case.js'

export const answersInTime: Case = {
  id: 'answers-in-time',
  rule: 'Every offer and every verify is answered before its deadline.',
  level: 'must',
  async run(bench) {
    const { adapters } = await bench.survey()
    const { offerMs, verifyMs } = bench.limits
    for (const { adapter, offered, verified } of adapters) {
      if (!offered.late && !verified?.late) continue
      const limit = `${(offered.late ? offerMs : verifyMs) / 1000} s`
      return fail(
        `the ${offered.late ? 'offer' : 'verify'} of ${adapter.name} was not answered within ${limit}`,
        `an answer within ${limit}`,
        'Answer PENDING with retryAfterMs when it takes longer to find out, and never wait without a time limit',
      )
    }
    const slowest = Math.max(
      0,
      ...adapters.flatMap(({ offered, verified }) => [offered.ms, verified?.ms ?? 0]),
    )
    return pass(`the slowest answer took ${Math.round(slowest)} ms`)
  },
}
