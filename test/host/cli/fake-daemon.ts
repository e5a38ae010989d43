import type { EventDocument } from '@claimd/sdk'
import type { Daemon } from '../../../host/core/engine/daemon.js'
import type { LogLine, Service } from '../../../host/core/engine/service.js'
import * as documents from './documents.js'

/** A daemon in memory that settles when it is told to. */
export class FakeDaemon implements Daemon {
  readonly settled: Promise<void>
  settle: () => void = () => {}
  stops = 0
  readonly listeners = new Set<(events: readonly EventDocument[]) => void>()
  readonly logListeners = new Set<(line: LogLine) => void>()
  readonly healthListeners = new Set<(because: string | null) => void>()
  readonly service: Service

  constructor(service: Partial<Service> = {}) {
    this.settled = new Promise((resolve) => {
      this.settle = resolve
    })
    this.service = {
      status: () => ({ ...documents.status, socket: '/run/default.sock' }),
      adapters: () => documents.adapters,
      plugins: () => ({ revision: 41, plugins: [], unreadable: [] }),
      onEvents: (listener: (events: readonly EventDocument[]) => void) => {
        this.listeners.add(listener)
        return () => this.listeners.delete(listener)
      },
      onLogLine: (listener: (line: LogLine) => void) => {
        this.logListeners.add(listener)
        return () => this.logListeners.delete(listener)
      },
      onHealth: (listener: (because: string | null) => void) => {
        this.healthListeners.add(listener)
        return () => this.healthListeners.delete(listener)
      },
      ...service,
    } as Service
  }

  announce(...events: EventDocument[]): void {
    for (const listener of this.listeners) listener(events)
  }

  /** From now on nothing can be stored; with `null` it can again. */
  degrade(because: string | null): void {
    for (const listener of this.healthListeners) listener(because)
  }

  log(line: LogLine): void {
    for (const listener of this.logListeners) listener(line)
  }

  async stop(): Promise<void> {
    this.stops += 1
  }
}
