import { type Case, fail, pass } from '../case.js'
import { delay } from '../claiming.js'

/** So soon after its signal an offer must be over, in milliseconds. */
const soonMs = 1000

export const lateCancel: Case = {
  id: 'late-cancel',
  rule: 'An offer whose signal is aborted ends soon, breaks nothing, and later offers are answered.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    let slowest = 0
    let fence = 1
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id).slice(0, 4)) {
        for (const abortAfterMs of [0, 5]) {
          const given = { adapter, connection: adapter.name, fence: fence++, abortAfterMs }
          const { settledMs } = await plugin.call(id, 'claimConnection', given)
          plugin.released({ ...given, provider: id, volatile: true, evidence: null }, 'void')
          if (settledMs === null || settledMs > soonMs) return tooLong(adapter.name)
          slowest = Math.max(slowest, settledMs)
        }
        for (const ms of [0, 2]) await plugin.offerAndCancel(id, adapter, ms)
        await delay(20)
        const after = await plugin.offer(id, adapter)
        const death = plugin.died() ?? (after.late ? 'the next offer was not answered in time' : null)
        if (death !== null) return broken(death, adapter.name)
        if (after.claim) plugin.released(after.claim, 'void')
      }
    }
    return pass(`the slowest offer was over ${Math.round(slowest)} ms after its signal`)
  },
}

function tooLong(name: string) {
  return fail(
    `the offer of ${name} was not over ${soonMs / 1000} s after its signal was aborted`,
    `an end within ${soonMs / 1000} s of the abort, with whatever answer`,
    'Hand offer.signal on to what is waited for (fetch, timers/promises and events.once take it), or listen to its abort event',
  )
}

function broken(found: string, name: string) {
  return fail(
    `${found}; an offer of ${name} had been cancelled before`,
    'the same process, and answers to later offers',
    'Catch what an aborted wait throws; a promise that nobody awaits needs a catch as well',
  )
}
