import type { Adapter, Answer } from '@claimd/sdk'
import type { Question } from '../../core/kernel/provider-port.js'
import { trialRounds } from '../limits.js'

/** A claim that the plugin holds: what a version that takes over must recognise. */
export interface HeldClaim {
  /** The full id. */
  provider: string
  adapter: Adapter
  connection: string
  evidence: string | null
  fence: number
}

/** What came of a trial that was passed. */
export interface Recognised {
  /** How many adapters are taken over. */
  adapters: number
  /** The fences of the claims among them of which the candidate could not tell yet. */
  unconfirmed: ReadonlySet<number>
}

export interface TrialOptions {
  /** The full ids of the candidate's providers. */
  providers: ReadonlySet<string>
  /** The claims of the plugin, as they are now. */
  held(): readonly HeldClaim[]
  /** Asks the candidate. */
  ask(question: Omit<Question, 'id'>): Promise<Answer>
  /** Asks the version that runs now; `null` when it cannot answer. */
  askCurrent(question: Omit<Question, 'id'>): Promise<Answer> | null
}

/**
 * Lets a candidate verify every claim that it would take over, also those that are made meanwhile.
 * @returns what it recognised, when it may take over in this very turn
 * @throws when it may not, with the reason
 */
export async function tryVersion({ providers, held, ask, askCurrent }: TrialOptions): Promise<Recognised> {
  const recognised = new Map<number, string>()
  const pending = new Set<number>()
  for (let round = 0; round < trialRounds; round++) {
    const claims = held()
    const open = claims.filter((claim) => recognised.get(claim.fence) !== stateOf(claim))
    if (open.length === 0) {
      const unconfirmed = claims.filter(({ fence }) => pending.has(fence)).map(({ fence }) => fence)
      return { adapters: claims.length, unconfirmed: new Set(unconfirmed) }
    }
    const missing = open.find(({ provider }) => !providers.has(provider))
    if (missing) throw new Error(`it has no provider ${missing.provider}, which holds ${titleOf(missing)}`)
    await Promise.all(
      open.map(async (claim) => {
        const question = { kind: 'verify', ...claim } as const
        const answer = await ask(question)
        if (answer.result === 'PENDING') pending.add(claim.fence)
        else pending.delete(claim.fence)
        const objection = objectionTo(answer, claim)
        if (objection === null) return
        // Where the link is to blame, the version that made the claim says the same.
        const current = isNo(objection.answer) ? await askCurrent(question) : null
        if (current === null || !isNo(current)) throw new Error(objection.why)
      }),
    )
    for (const claim of open) recognised.set(claim.fence, stateOf(claim))
  }
  throw new Error('the claims that it would take over changed faster than it verified them')
}

/** Whether an answer gives a claim up. */
export function isNo({ result }: Answer): boolean {
  return result === 'INVALID_CONNECTION' || result === 'NOT_SUPPORTED'
}

function objectionTo(answer: Answer, claim: HeldClaim): { answer: Answer; why: string } | null {
  const { result } = answer
  // One that cannot tell yet leaves the claim as it is.
  if (result === 'PENDING') return null
  if (result === 'SUCCESS') {
    if (answer.connection === claim.connection) return null
    const why = `it answers for ${titleOf(claim)} with the connection ${answer.connection}`
    return { answer, why }
  }
  const reason = answer.reason ? `: ${answer.reason}` : ''
  const why = isNo(answer)
    ? `it no longer recognises ${titleOf(claim)}${reason}`
    : `it fails to verify ${titleOf(claim)} (${result}${reason})`
  return { answer, why }
}

function titleOf({ adapter, connection }: HeldClaim): string {
  return `${adapter.name}, which is held for connection ${connection}`
}

/** What was shown to the candidate: as long as that is so, its word counts. */
function stateOf({ adapter, connection }: HeldClaim): string {
  return JSON.stringify([connection, adapter])
}
