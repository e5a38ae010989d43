import type { ExplainDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { harmless } from '../text.js'
import { ago, localTime } from '../time.js'
import { paintAdapterState } from './paint.js'
import { notAsked, paragraph } from './paragraph.js'
import { describePredecessor } from './predecessor.js'
import { showRound } from './round.js'

/** So many rounds are told, the last ones; and the one of the claim. */
const roundsShown = 5
/** So many other adapters of the same name are named, those that came last. */
const othersShown = 5

/** Who holds an adapter and why: the last rounds, oldest first, then who would be asked now. */
export function show(document: ExplainDocument, page: Page): string {
  const { bold } = page.colours
  const paint = paintAdapterState(page.colours, document.state)
  const earlier = Math.max(0, document.rounds.length - roundsShown)
  // Whatever came after it, the round of the claim says why it is held.
  const ofClaim = document.rounds.findLastIndex(({ answers }) =>
    answers.some(({ result, provider }) => result === 'SUCCESS' && provider === document.provider),
  )
  const shown = document.rounds
    .map((round, at) => ({ round, at }))
    .filter(({ at }) => at >= earlier || at === ofClaim)
  const left = document.rounds.length - shown.length
  const rounds = shown.map(({ round, at }) => showRound(round, `Round ${at + 1}`, page))
  return [
    `${bold(harmless(document.adapter))} ${showState(document, paint(document.state), page)}\n`,
    paragraph(page, '  because ', document.because),
    showHolder(document, page),
    showPredecessor(document, page),
    ...document.notes.map((note) => paragraph(page, '  Note: ', note)),
    showOthers(document, page),
    '\n',
    left > 0 ? page.colours.dim(earlierRounds(left)) : '',
    rounds.length > 0 ? rounds.join('\n') : showNoRounds(document),
    ...(document.state === 'absent' || document.at !== null ? [] : ['\n', showOrder(document, page)]),
  ].join('')
}

function showState({ at, id }: ExplainDocument, state: string, { now }: Page): string {
  if (at === null) return `is ${state}`
  return `(id ${id}) was ${state} at ${localTime(at, now)} (${ago(at, now)})`
}

function showNoRounds({ at }: ExplainDocument): string {
  return at === null
    ? 'It was not offered to any provider yet.\n'
    : 'The journal holds no round of it from before that moment.\n'
}

/** A name is not an identity: which others had it. */
function showOthers({ others, at }: ExplainDocument, page: Page): string {
  if (at === null || others.length === 0) return ''
  const shown = others.slice(-othersShown)
  const left = others.length - shown.length
  const named = shown.map(({ id, until }) =>
    until === null ? `${id} has it now` : `${id} until ${localTime(until, page.now)}`,
  )
  const more = left > 0 ? [`${left} earlier`] : []
  const how = `; to see one: ${page.command} explain id:ID --at TIME`
  return paragraph(page, '  Others of that name: ', [...more, ...named].join(', ') + how)
}

function earlierRounds(count: number): string {
  return count === 1
    ? '1 earlier round: --json has it\n\n'
    : `${count} earlier rounds: --json has them all\n\n`
}

function showHolder(document: ExplainDocument, page: Page): string {
  if (document.provider === null) return ''
  const connection = document.connection === null ? '' : ` for connection ${document.connection}`
  return paragraph(page, '  held by ', `${document.provider}${connection}`)
}

function showPredecessor({ predecessor }: ExplainDocument, page: Page): string {
  return predecessor === null ? '' : paragraph(page, '  Made again: ', describePredecessor(predecessor, page))
}

function showOrder({ order, state, because }: ExplainDocument, page: Page): string {
  const asked = order.filter((one) => one.skipped === null)
  const title = `If it were offered now: ${asked.length > 0 ? 'who is asked, until one claims it' : 'no provider is asked'}`
  return [
    `${page.colours.bold(title)}\n`,
    ...asked.map((one, at) => paragraph(page, `  ${at + 1}. `, `${one.provider} — ${one.place}`)),
    notAsked(page, order),
    order.length > 0 ? '' : paragraph(page, '  ', whyNobody(state, because)),
  ].join('')
}

/** Where there is no provider that could tell why it is not asked. */
function whyNobody(state: ExplainDocument['state'], because: string): string {
  return state === 'ignored'
    ? `the adapter is never offered: ${because}`
    : 'no plugin contributes a provider; see: claimd plugins'
}
