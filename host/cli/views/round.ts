import type { ResultCode, Round, RoundAnswer } from '@claimd/sdk'
import type { Colors, Formatter } from 'picocolors/types.js'
import type { Page } from '../page.js'
import { ago, localTime } from '../time.js'
import { notAsked, paragraph } from './paragraph.js'

/** A round as a story: what started it, who was asked and said what, who was not and why, how it ended. */
export function showRound(round: Round, title: string, page: Page): string {
  const when = `${localTime(round.at, page.now)} (${ago(round.at, page.now)})`
  const asked = round.answers.filter((one) => one.skipped === null)
  return [
    paragraph(page, '', `${title}, ${when}: ${round.trigger}`, { indent: 2, paint: page.colours.bold }),
    ...asked.map((answer, at) => showAnswer(answer, at + 1, page)),
    notAsked(page, round.answers),
    showUnlisted(round, page),
    paragraph(page, '  Outcome: ', round.outcome ?? 'none yet, providers are still being asked', {
      indent: 4,
    }),
  ].join('')
}

function showUnlisted({ unlisted }: Round, page: Page): string {
  if (!unlisted) return ''
  const who = unlisted === 1 ? '1 more provider' : `${unlisted} more providers`
  return paragraph(page, '  Not asked: ', `${who} — no rule of theirs fits`, {
    indent: 4,
    paint: page.colours.dim,
  })
}

function showAnswer(answer: RoundAnswer, number: number, page: Page): string {
  const { words, paint } = verdict(answer.result, page.colours)
  const code = answer.result === null ? '' : ` (${answer.result})`
  const took = answer.ms === null ? '' : ` in ${duration(answer.ms)}`
  const told = [answer.reason, answer.evidence].filter(Boolean).join('; ')
  const lead = `  ${number}. `
  return [
    paragraph(page, lead, `${answer.provider} ${answer.version}`),
    paragraph(page, ' '.repeat(lead.length), `${words}${code}${took}${told && `: ${told}`}`, { paint }),
  ].join('')
}

/** A result code in words that need no manual. */
function verdict(result: ResultCode | null, colours: Colors): { words: string; paint: Formatter } {
  switch (result) {
    case 'SUCCESS':
      return { words: 'said that it is its own', paint: colours.green }
    case 'INVALID_CONNECTION':
      return { words: 'looked and declined', paint: String }
    case 'NOT_SUPPORTED':
      return { words: 'declined for good', paint: String }
    case 'PENDING':
      return { words: 'could not tell yet', paint: colours.cyan }
    case null:
      return { words: 'has not answered yet', paint: colours.cyan }
    default:
      return { words: 'failed', paint: colours.yellow }
  }
}

function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 10 ? `${Number(ms.toFixed(1))} ms` : `${Math.round(ms)} ms`
}
