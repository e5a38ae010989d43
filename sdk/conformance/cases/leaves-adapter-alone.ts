import { type Case, fail, pass } from '../case.js'

export const leavesAdapterAlone: Case = {
  id: 'leaves-adapter-alone',
  rule: 'claimConnection does not write to the adapter that it is given.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    let fence = 1
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id)) {
        const given = { adapter, connection: adapter.name, fence: fence++, frozen: false }
        const { wroteToAdapter, answer } = await plugin.call(id, 'claimConnection', given)
        if (answer?.result === 'SUCCESS')
          plugin.released({ ...given, provider: id, volatile: true, evidence: null }, 'void')
        if (!wroteToAdapter) continue
        return fail(
          `${adapter.name} was changed`,
          'the adapter stays as it was; the host gives it frozen, and a write throws or is lost',
          'Copy what has to be changed: const mine = { ...adapter }',
        )
      }
    }
    return pass(`${fence - 1} adapters stayed as they were`)
  },
}
