import { ClaimdError, type Refusal } from '@claimd/sdk'
import type { Who } from '../../control/index.js'

/** Those who call the services: what they are called in the records, and what they may do. */
export class Callers {
  /**
   * @param owner the user that the daemon runs as: besides root, only this one may end claims
   * @param describe names a caller for the records, such as `root (uid 0)`
   */
  constructor(
    private readonly owner: number,
    readonly describe: (who: Who) => string,
  ) {}

  /** Waits for a reply. A refusal in it suggests only what the caller may do. */
  async reply<Reply>(who: Who, reply: Promise<Reply>): Promise<Reply> {
    try {
      return await reply
    } catch (error) {
      if (!(error instanceof ClaimdError) || !('provider' in error.document)) throw error
      throw new ClaimdError(this.refusalFor(who, error.document), { cause: error })
    }
  }

  /** What a refusal suggests ends a claim, which is for the owner only: others are told so. */
  refusalFor({ uid }: Who, refusal: Refusal): Refusal {
    const { owner } = this
    if (uid === 0 || uid === owner) return refusal
    const as = owner === 0 ? 'as root' : `as root or user ${owner}`
    return { ...refusal, remedy: `${as}, ${refusal.remedy}` }
  }
}
