import { type Case, fail, pass } from '../case.js'

export const staysAlive: Case = {
  id: 'stays-alive',
  rule: "The plugin's process goes on living, and goes on listening, while it is asked.",
  level: 'must',
  async run(bench) {
    const { died } = await bench.survey()
    if (died === null) return pass('it is the same process as at the start')
    return fail(
      `${died.why}; that was after the offer of ${died.after}`,
      'the same process from the first offer to the last',
      'Catch what fails and answer with a code and a reason; await every promise, or give it a catch',
    )
  },
}
