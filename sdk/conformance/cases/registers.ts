import { type Case, fail, pass } from '../case.js'

export const registers: Case = {
  id: 'registers',
  rule: 'Activate registers every provider that the manifest contributes.',
  level: 'must',
  async run(bench) {
    const { missing } = await bench.introduction()
    const ids = bench.plugin.providers.map(({ id }) => id).join(', ')
    if (missing.length === 0) return pass(`registered: ${ids}`)
    return fail(
      `not registered: ${missing.join(', ')}`,
      `registered when activate is done: ${ids}`,
      "Call context.providers.register for each, and wait for what has to be ready before; or take it out of the manifest's contributes.providers",
    )
  },
}
