/** What must hold in every schedule. A failure names the one that does not. */
export const properties = {
  oneHolder: 'one holder an adapter, one adapter a connection',
  voidAnswer: 'a void answer never claims',
  claimMade: 'an accepted answer claims, and nothing else does',
  claimEnds: 'a claim ends by release, a verified end or a hand-over, and by nothing else',
  neverAlone: 'an adapter that was held has a holder until the whole safety net has declined',
  sticky: 'an offer does not take an adapter from an exact or likely holder',
  released: 'what is released stays so until it is offered',
  disconnect: 'a claimed connection is not disconnected',
  roundEnds: 'every round ends',
  roundStarts: 'what calls for a round leads to one',
  oneReply: 'every request gets exactly one reply',
  order: 'the order asked is the order defined',
  excluded: 'nobody is asked whom the rules exclude',
  oneQuestion: 'one question at a time',
  durable: 'nothing is announced that is not stored',
  stored: 'what is stored is what is held and what was told of it',
  notToldWhatItHolds: 'nobody is told to have lost what it holds',
  told: 'who does not hold, or no longer, is told',
  restored: 'what is restored is what was announced',
  documented: 'an event holds what the catalogue has for its type, and no more',
  rising: 'revisions, generations and fences only rise',
  leftOver: 'nothing is left over at rest',
  replayed: 'a replay of what entered the core comes to the rows that are stored',
  confirmed: 'at rest, every holder that can be asked has confirmed',
} as const

export type Property = keyof typeof properties

/** A property does not hold. */
export class Violation extends Error {
  override name = 'Violation'

  constructor(
    readonly property: Property,
    detail: string,
  ) {
    super(`${properties[property]}: ${detail}`)
  }
}

export function must(property: Property, holds: boolean, detail: () => string): asserts holds {
  if (!holds) throw new Violation(property, detail())
}
