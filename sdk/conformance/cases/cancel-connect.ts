import type { RunningPlugin } from '../bench.js'
import { type Case, fail, pass } from '../case.js'
import { delay } from '../claiming.js'
import { endTrouble, reserve, said, withConnectable } from '../connecting.js'
import type { ConnectRun } from '../dialling.js'

/** When a connect is cancelled. */
const moments: { when: string; reached(run: ConnectRun): Promise<unknown> }[] = [
  { when: 'at once', reached: async () => {} },
  { when: 'while it was under way', reached: (run) => run.underWay },
  { when: 'a moment later', reached: (run) => run.underWay.then(() => delay(20)) },
]

export const cancelConnect: Case = {
  id: 'cancel-connect',
  rule: 'A connect that is cancelled ends within 10 s, and is taken back by disconnect, also when it came up all the same.',
  level: 'must',
  run: withConnectable(async (plugin, one) => {
    const before = await plugin.connecting.picture()
    for (const { when, reached } of moments) {
      const dial = await reserve(plugin, one)
      const run = plugin.connecting.connect(dial)
      await reached(run)
      const since = performance.now()
      run.cancel()
      const { interrupted, broke } = await run.ended
      if (interrupted && performance.now() - since > 1000)
        return wrong(`cancelled ${when}: ${broke ?? plugin.died()}`)
      const trouble = await endTrouble(plugin, dial, before)
      if (trouble !== null) return wrong(`cancelled ${when}; ${trouble}`)
    }
    const trouble = await whole(plugin, () => reserve(plugin, one), before)
    return trouble === null ? pass(moments.map(({ when }) => when).join(', ')) : wrong(trouble)
  }),
}

/** What is wrong with a connect after that. */
async function whole(
  plugin: RunningPlugin,
  reserved: () => ReturnType<typeof reserve>,
  before: readonly string[],
): Promise<string | null> {
  const dial = await reserved()
  const connected = await plugin.connecting.connect(dial).ended
  if (connected.answer?.result !== 'SUCCESS') return `the next connect: ${said(connected)}`
  return endTrouble(plugin, dial, before)
}

function wrong(found: string) {
  return fail(
    found,
    'any answer within 10 s of the abort, nothing left after disconnect, and a next connect that comes up',
    'Hand call.signal on to what connect() waits for, or look at signal.aborted after each step; leave the cleaning up to disconnect()',
  )
}
