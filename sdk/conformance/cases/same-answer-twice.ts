import type { Adapter } from '../../adapter.js'
import type { Answered, RunningPlugin } from '../bench.js'
import { type Case, fail, pass } from '../case.js'
import { offer, told } from '../claiming.js'

export const sameAnswerTwice: Case = {
  id: 'same-answer-twice',
  rule: 'An answer depends on what is offered alone: not on how often, in which order, or how the fields are ordered.',
  level: 'must',
  async run(bench) {
    const survey = await bench.survey()
    const plugin = await bench.borrowPlugin()
    let offers = 0
    for (const { id } of bench.plugin.providers) {
      // As they were answered at the very first time.
      const asked = survey.adapters.filter(({ provider, stranger }) => provider === id && !stranger)
      const adapters = asked.map(({ adapter }) => adapter)
      const first = asked.map(({ offered }) => offered)
      const others = [
        ['asked again', await answers(plugin, id, adapters)],
        ['asked in the opposite order', (await answers(plugin, id, [...adapters].reverse())).reverse()],
        ['asked with the fields in another order', await answers(plugin, id, adapters.map(shuffled))],
      ] as const
      for (const [how, second] of others) {
        for (const [at, answered] of second.entries()) {
          offers++
          if (gist(answered) === gist(first[at]!)) continue
          return fail(
            `${adapters[at]!.name}: first ${told(first[at]!)}; ${how}: ${told(answered)}`,
            'the same result and the same connection',
            'Decide by the adapter and the configuration alone, and take released() for what it says: it is not held any more',
          )
        }
      }
    }
    return pass(`${offers} offers were answered as before`)
  },
}

/** Each claim is given back before the next offer, as the host does with what it cannot accept. */
async function answers(plugin: RunningPlugin, provider: string, adapters: readonly Adapter[]) {
  const all: Answered[] = []
  for (const adapter of adapters) {
    const answered = await offer(plugin, provider, adapter)
    if (answered.claim) plugin.released(answered.claim, 'void')
    all.push(answered)
  }
  return all
}

function shuffled(adapter: Adapter): Adapter {
  return Object.fromEntries(Object.entries(adapter).reverse()) as unknown as Adapter
}

function gist({ answer, late }: Answered): string {
  if (late) return 'late'
  return answer.result === 'SUCCESS'
    ? `SUCCESS ${answer.connection} ${answer.volatile === true}`
    : answer.result
}
