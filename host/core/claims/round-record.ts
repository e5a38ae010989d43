import type { Round, RoundAnswer } from '@claimd/sdk'
import type { Provider } from './order.js'
import type { AdapterRecord, RunningRound, Trigger } from './records.js'

/** The record of a round, as `explain` shows it. */
export function roundDocument(round: RunningRound, outcome: string | null): Round {
  const { at, trigger, answers, unlisted, claimEnd } = round
  const document = { at, trigger, answers, unlisted, outcome }
  return claimEnd === null ? document : { ...document, claimEnd }
}

/** How a round ended in which nobody took the adapter, in words. */
export function describeNoTaker(record: AdapterRecord, round: RunningRound): string {
  const asked = new Map(round.answers.filter((one) => one.skipped === null).map((one) => [one.provider, one]))
  const declined = [...asked.values()].filter(
    (one) => one.result === 'INVALID_CONNECTION' || one.result === 'NOT_SUPPORTED',
  ).length
  const counts = [
    asked.size === 0 ? 'no provider was asked' : '',
    declined > 0 ? `${declined} declined` : '',
    asked.size > declined ? `${asked.size - declined} failed` : '',
  ].filter(Boolean)
  const who =
    record.holding && record.holding.givenUp === null
      ? `stays with ${record.holding.provider}`
      : 'nobody claimed it'
  return `${who}: ${counts.join(', ')}`
}

export function noteSkip(round: RunningRound, provider: Provider, skipped: string): void {
  round.answers.push({ ...answerOf(provider), skipped })
}

export function noteAnswer(
  round: RunningRound,
  provider: Provider,
  answer: Pick<RoundAnswer, 'result' | 'reason'> & { evidence?: string | null },
  ms: number | null,
): void {
  round.answers.push({ ...answerOf(provider), evidence: null, ...answer, ms })
}

function answerOf(provider: Provider): RoundAnswer {
  return {
    provider: provider.id,
    plugin: provider.plugin,
    version: provider.version,
    result: null,
    reason: null,
    evidence: null,
    ms: null,
    skipped: null,
  }
}

/** Triggers that a round's record names before it only says that there were more. */
const triggersNamed = 3

/** One more of them; a round that waits for its turn keeps only those that are named, and one that says there are more. */
export function addTrigger(triggers: readonly Trigger[], trigger: Trigger): readonly Trigger[] {
  const isKnown = triggers.some(({ words }) => words === trigger.words)
  return isKnown || triggers.length > triggersNamed ? triggers : [...triggers, trigger]
}

/** Why a round is wanted, in words. */
export function describeTriggers(triggers: readonly Trigger[]): string {
  const named = triggers
    .slice(0, triggersNamed)
    .map(({ words }) => words)
    .join(', ')
  return triggers.length > triggersNamed ? `${named}, and more` : named
}
