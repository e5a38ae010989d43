import { type Case, fail, pass } from '../case.js'
import { delay } from '../claiming.js'

export const staysAlive: Case = {
  id: 'stays-alive',
  rule: "The plugin's process goes on living, and goes on listening, while it is asked.",
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    for (const { id } of bench.plugin.providers) {
      for (const adapter of [...bench.fitting(id), ...bench.strangers(id)]) {
        const { claim } = await plugin.offer(id, adapter)
        if (claim) await plugin.verify(claim)
        const death = plugin.died()
        if (death !== null) return dead(death, `the offer of ${adapter.name}`)
      }
    }
    // What was begun meanwhile may still fail.
    await delay(100)
    const death = plugin.died()
    return death === null ? pass('it is the same process as at the start') : dead(death, 'the last offer')
  },
}

function dead(found: string, when: string) {
  return fail(
    `${found}; that was after ${when}`,
    'the same process from the first offer to the last',
    'Catch what fails and answer with a code and a reason; await every promise, or give it a catch',
  )
}
