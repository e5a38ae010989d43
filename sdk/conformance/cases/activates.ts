import type { Observed } from '../bench.js'
import { type Case, fail, failThrown, pass } from '../case.js'

export const activates: Case = {
  id: 'activates',
  rule: 'The plugin can be loaded, and activate returns in time and throws nothing.',
  level: 'must',
  async run(bench) {
    const expected = `activate is done within ${bench.limits.activateMs / 1000} s`
    const since = performance.now()
    let observed: Observed
    try {
      observed = await bench.introduction()
    } catch (thrown) {
      const remedy =
        'Let activate register the providers and return; what takes time can begin there and end later'
      return fail((thrown as Error).message, expected, remedy)
    }
    const { activation } = observed
    if (activation === null) return pass(`it was active after ${Math.round(performance.now() - since)} ms`)
    return failThrown(observed, 'activation', {
      found: `it threw ${activation}`,
      expected,
      remedy: 'Correct what throws',
    })
  },
}
