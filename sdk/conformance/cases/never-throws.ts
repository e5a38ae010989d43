import { type Case, failThrown, pass, skip } from '../case.js'

export const neverThrows: Case = {
  id: 'never-throws',
  rule: 'claimConnection and verify answer whatever they find; they do not throw.',
  level: 'must',
  async run(bench) {
    const { adapters, observed } = await bench.survey()
    if (observed === null) return skip('its process ended before that could be told')
    if (observed.threw === null) return pass(`${adapters.length} adapters were offered`)
    return failThrown(observed, 'threw', {
      found: observed.threw,
      expected: 'an answer',
      remedy: "Catch it and answer { result: 'UNEXPECTED', reason }, which claimd explain shows",
    })
  },
}
