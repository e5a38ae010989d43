import { ClaimdError } from '@claimd/sdk'
import type { Alarms } from './alarms.js'
import type { StoreFault } from './store-port.js'

/** While nothing can be stored, it is tried again so often, in milliseconds. */
const storeRetry = 2_000

/** What to do when the store does not say it. */
const defaultRemedy = 'Free space, or make the state folder writable'

/** Whether decisions can be stored, and the trying again while they cannot. */
export class StoreHealth {
  private failing: StoreFault | null = null
  private retrying = false
  private readonly listeners = new Set<(because: string | null) => void>()

  constructor(
    private readonly alarms: Alarms,
    private readonly tryAgain: () => void,
  ) {}

  /** Why nothing can be stored; `null` when everything is well. */
  get fault(): StoreFault | null {
    return this.failing
  }

  onChange(listener: (because: string | null) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  failed(error: unknown): StoreFault {
    const fault = faultOf(error)
    this.become(fault)
    return fault
  }

  recovered(): void {
    this.become(null)
  }

  /** Tries again from time to time until it has recovered. */
  retry(): void {
    if (this.retrying) return
    this.retrying = true
    this.alarms.set(storeRetry, () => {
      this.retrying = false
      if (this.failing === null) return
      this.tryAgain()
      this.retry()
    })
  }

  private become(fault: StoreFault | null): void {
    const isNews = (fault === null) !== (this.failing === null)
    this.failing = fault
    if (isNews) for (const listener of this.listeners) listener(fault?.because ?? null)
  }
}

function faultOf(error: unknown): StoreFault {
  const because = error instanceof Error ? error.message : String(error)
  return { because, remedy: (error instanceof ClaimdError && error.document.remedy) || defaultRemedy }
}
