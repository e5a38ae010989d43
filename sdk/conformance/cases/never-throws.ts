import { type Case, fail, pass } from '../case.js'

export const neverThrows: Case = {
  id: 'never-throws',
  rule: 'claimConnection and verify answer whatever they find; they do not throw.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    let calls = 0
    for (const { id } of bench.plugin.providers) {
      for (const adapter of [...bench.fitting(id), ...bench.strangers(id)]) {
        const { claim } = await plugin.offer(id, adapter)
        calls++
        if (!claim) continue
        await plugin.verify(claim)
        calls++
      }
    }
    const { threw } = await plugin.observed()
    if (threw === null) return pass(`${calls} calls`)
    return fail(
      threw,
      'an answer',
      "Catch it and answer { result: 'UNEXPECTED', reason }, which claimd explain shows",
    )
  },
}
