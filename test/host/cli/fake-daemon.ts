import type { AdaptersDocument, EventDocument, PluginsDocument, StatusDocument } from '@claimd/sdk'
import type { Daemon, LogLine } from '../../../host/app/daemon.js'
import * as documents from './documents.js'

/** What a test can have it tell. */
export interface Readings {
  status(): StatusDocument
  adapters(): AdaptersDocument
  plugins(): PluginsDocument
}

/** A daemon in memory that settles when it is told to. */
export class FakeDaemon implements Daemon {
  readonly settled: Promise<void>
  settle: () => void = () => {}
  stops = 0
  readonly listeners = new Set<(events: readonly EventDocument[]) => void>()
  readonly logListeners = new Set<(line: LogLine) => void>()
  readonly healthListeners = new Set<(because: string | null) => void>()
  readonly services: Daemon['services']

  constructor(readings: Partial<Readings> = {}) {
    this.settled = new Promise((resolve) => {
      this.settle = resolve
    })
    const { status, adapters, plugins }: Readings = {
      status: () => ({ ...documents.status, socket: '/run/default.sock' }),
      adapters: () => documents.adapters,
      plugins: () => ({ revision: 41, plugins: [], unreadable: [] }),
      ...readings,
    }
    this.services = {
      status: { get: status, onHealth: (listener) => added(this.healthListeners, listener) },
      adapters: { list: adapters },
      plugins: { list: plugins, onLogLine: (listener) => added(this.logListeners, listener) },
      events: { onEvents: (listener) => added(this.listeners, listener) },
    } as Daemon['services']
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

function added<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
