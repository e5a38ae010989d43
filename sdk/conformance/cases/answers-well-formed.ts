import { type Case, fail, pass, skip } from '../case.js'

export const answersWellFormed: Case = {
  id: 'answers-well-formed',
  rule: 'Every offer and every verify is answered with a result of the contract and what belongs to it.',
  level: 'must',
  async run(bench) {
    const { adapters, observed } = await bench.survey()
    if (observed === null) return skip('its process ended before that could be told')
    if (observed.malformed === null) return pass(`${adapters.length} adapters were offered`)
    return fail(
      observed.malformed,
      "{ result: 'SUCCESS', connection } or { result: 'PENDING', retryAfterMs } or { result: another code, reason? }",
      'Return one of these from every path of claimConnection and verify; the type is Answer of @claimd/sdk',
    )
  },
}
