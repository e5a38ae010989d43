import type { AdapterEvents, FromOutside } from '@claimd/sdk'
import { nameChildren } from '../../claims/children.js'
import { flappingMs } from '../../claims/flapping.js'
import type { Sentences } from './sentences.js'

export const adapterSentences: Sentences<keyof AdapterEvents> = {
  // Events of earlier versions do not tell of a predecessor.
  'adapter-appeared': ({ name, kind, predecessor = null }) =>
    predecessor === null
      ? `${name} appeared (${kind})`
      : `${name} appeared (${kind}); it was made again, before it was ${predecessor}`,
  'adapter-changed': ({ name, changes, byHolder, ...outside }) => {
    const what = `${name}: ${changes.join(', ')}`
    return byHolder ? `${what} (by its holder)` : fromOutside(what, outside)
  },
  flapping: ({ name, count, total, seconds, rounds, changes, first, over, ...outside }) => {
    const times = `${name} flapped ${counted(count)} in ${seconds} s`
    const what = [
      total > count ? `${times}, ${total} times since it began` : times,
      ...(rounds > 0 ? [`it was offered ${counted(rounds)}`] : []),
      ...(changes.length > 0 ? [`since then: ${changes.join(', ')}`] : []),
      ...(first ? [`from now on that is told every ${flappingMs / 1000} s until it stops`] : []),
      ...(over ? ['it does so no more'] : []),
    ]
    return fromOutside(what.join('; '), outside)
  },
  'adapter-renamed': ({ name, from }) => `${from} is now called ${name}`,
  'adapter-ignored': ({ name, ignored, claimed }) => {
    if (ignored === null) return `${name} is no longer ignored`
    return claimed
      ? `${name} stays claimed and is ignored after that: ${ignored}`
      : `${name} is ignored: ${ignored}`
  },
  'adapter-moved': ({ name, ...outside }) =>
    fromOutside(`${name} moved to another network namespace`, outside),
  'adapter-removed': ({ name, because, ...outside }) =>
    because === null ? fromOutside(`${name} was removed`, outside) : `${name} was removed: ${because}`,
  round: ({ name, round }) => `${name} was offered (${round.trigger}): ${round.outcome}`,
}

/** Rule 11: what happens to a claimed link behind claimd's back is told as that. */
function fromOutside(what: string, { holder, programs, otherPrograms }: FromOutside): string {
  if (holder === null) return what
  const during = programs.length === 0 ? '' : `, while ${nameChildren(programs, otherPrograms)} ran`
  return `${what} (held by ${holder}; nothing was done about it${during})`
}

function counted(times: number): string {
  return `${times} ${times === 1 ? 'time' : 'times'}`
}
