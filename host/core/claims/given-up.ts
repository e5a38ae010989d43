import type { Context } from './context.js'
import { endClaim, endOfGivenUp, takeAgain } from './holding.js'
import type { AdapterRecord, RunningRound } from './records.js'
import { outlastsRound } from './rules.js'
import { anyConfigured } from './skip-reason.js'

/** While the safety net cannot answer, an adapter that was given up is offered after so long, then twice as long. */
const firstRetry = 1_000
const longestRetry = 60_000

/** Nobody has taken an adapter that its holder gave up: then its claim ends, unless the safety net may yet take it. */
export function endGivenUp(context: Context, record: AdapterRecord, round: RunningRound): void {
  const { holding } = record
  if (!holding || holding.givenUp === null) return
  const net = safetyNet(context, record, round)
  if (record.ignored === null && outlastsRound(net)) {
    // One that is not available leads to a round when it is back.
    if (!net.some(({ declined, isThere }) => !declined && isThere)) return
    holding.retryAt = context.moment.now + Math.min(longestRetry, firstRetry * 2 ** holding.retries++)
    context.wake(record, holding.retryAt)
    return
  }
  finishGivenUp(context, record)
}

/** The claim that was given up is over. */
export function finishGivenUp(context: Context, record: AdapterRecord): void {
  const holding = record.holding!
  const { because, by } = endOfGivenUp(record, holding)
  const undo = () => {
    if (!context.adapters.has(record.id) || record.holding) return false
    holding.givenUp = null
    takeAgain(context, record, holding)
    return true
  }
  context.decide(undo, () => endClaim(context, record, because, 'gone', by))
}

/** The providers of the generic band that may take the adapter, and whether each has declined in this round. */
function safetyNet(
  context: Context,
  record: AdapterRecord,
  round: RunningRound,
): { declined: boolean; isThere: boolean }[] {
  return context.roster
    .fitting(record.adapter, null)
    .filter(({ provider }) => provider.band === 'generic' && provider.status !== 'disabled')
    .map(({ provider }) => {
      const said = round.answers.findLast((one) => one.provider === provider.id && one.skipped === null)
      const never = record.unsupported.get(provider.id) === provider.build
      const isExcluded = provider.configuredOnly && !anyConfigured(context, provider)
      const isNo = said?.result === 'INVALID_CONNECTION' || said?.result === 'NOT_SUPPORTED'
      return { declined: never || isExcluded || isNo, isThere: provider.status === 'available' }
    })
}
