import { ClaimdError } from '@claimd/sdk'
import type { LinkEvent, LinkSource } from '../core/adapters/link.js'
import { NetlinkSource } from './netlink/netlink-source.js'
import { PollingSource } from './polling/polling-source.js'

/** The links of this process's network namespace: as netlink tells them, or where it may not, by polling. */
export class KernelSource implements LinkSource {
  #source: NetlinkSource | PollingSource = new NetlinkSource()
  #refusal: string | null = null
  #closed = false

  get kind() {
    return this.#source.kind
  }

  get where() {
    return this.#source.where
  }

  get resyncs() {
    return this.#source.resyncs
  }

  get malformed() {
    return this.#source.malformed
  }

  get because() {
    const reasons = [this.#refusal, this.#source.because].filter((reason) => reason !== null)
    return reasons.length === 0 ? null : reasons.join('; ')
  }

  /** @throws LINKS_UNAVAILABLE when links can neither be watched nor looked at */
  async start(deliver: (events: LinkEvent[]) => void): Promise<void> {
    try {
      await this.#source.start(deliver)
    } catch (error) {
      if (!(error instanceof ClaimdError && error.code === 'LINKS_UNAVAILABLE')) throw error
      if (this.#closed) return
      this.#refusal = error.message
      this.#source = new PollingSource()
      await this.#source.start(deliver)
    }
  }

  catchUp(): Promise<void> {
    return this.#source.catchUp()
  }

  close(): void {
    this.#closed = true
    this.#source.close()
  }
}
