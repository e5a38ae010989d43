import { type Case, fail, pass } from '../case.js'

export const activates: Case = {
  id: 'activates',
  rule: 'The plugin can be loaded, and activate returns in time and throws nothing.',
  level: 'must',
  async run(bench) {
    const expected = `activate is done within ${bench.limits.activateMs / 1000} s`
    const since = performance.now()
    let activation: string | null
    try {
      ;({ activation } = await bench.introduction())
    } catch (thrown) {
      const remedy =
        'Let activate register the providers and return; what takes time can begin there and end later'
      return fail((thrown as Error).message, expected, remedy)
    }
    if (activation === null) return pass(`it was active after ${Math.round(performance.now() - since)} ms`)
    return fail(
      `it threw ${activation}`,
      expected,
      'Correct what throws; the stack stands in the log of the plugin',
    )
  },
}
