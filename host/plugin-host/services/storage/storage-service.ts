import { argumentLimits } from '@claimd/sdk/wire'
import type { Records } from '../../../core/kernel/store-port.js'
import type { Caller } from '../caller.js'
import type { Handlers } from '../services.js'
import { type KeepLimits, KeptValues } from './kept-values.js'
import { Pace } from './pace.js'

export const storageLimits: KeepLimits = { keys: 256, bytes: 1024 * 1024, valueBytes: argumentLimits.value }

export const secretLimits: KeepLimits = {
  keys: 64,
  bytes: 256 * 1024,
  valueBytes: argumentLimits.secretBytes,
}

/** How often one plugin may write to either of them. */
export const storageWrites = { burst: 64, perSecond: 20 }

/** Keeps values for plugins: see `StorageService` in the SDK. */
export function storageHandlers(records: Records): { handlers: Handlers; forget(plugin: string): void } {
  const kept = keeper(records, 'plugin-storage', storageLimits)
  const handlers = {
    storageGet: kept.get,
    storageSet: kept.set,
    storageDelete: kept.delete,
    storageKeys: kept.keys,
  }
  return { handlers, forget: kept.forget }
}

/**
 * The same for secrets: see `SecretsService` in the SDK. They are kept as records of their own kind, which
 * nothing else reads or shows; no error names a value.
 */
export function secretHandlers(records: Records): { handlers: Handlers; forget(plugin: string): void } {
  const kept = keeper<string>(records, 'plugin-secret', secretLimits)
  const handlers = {
    secretsGet: kept.get,
    secretsSet: kept.set,
    secretsDelete: kept.delete,
    secretsKeys: kept.keys,
  }
  return { handlers, forget: kept.forget }
}

function keeper<Value = unknown>(records: Records, kind: string, limits: KeepLimits) {
  const values = new KeptValues(records, kind, limits)
  const pace = new Pace(storageWrites)
  return {
    forget: (plugin: string) => values.forget(plugin),
    async get({ key }: { key: string }, { plugin }: Caller): Promise<{ found: boolean; value?: Value }> {
      const json = values.get(plugin, key)
      return json === null ? { found: false } : { found: true, value: JSON.parse(json) }
    },
    async set({ key, value }: { key: string; value: Value }, { plugin, signal }: Caller) {
      await pace.turn(plugin, signal)
      values.set(plugin, key, JSON.stringify(value))
      return {}
    },
    async delete({ key }: { key: string }, { plugin, signal }: Caller) {
      await pace.turn(plugin, signal)
      values.delete(plugin, key)
      return {}
    },
    async keys(_: object, { plugin }: Caller) {
      return { keys: values.keys(plugin) }
    },
  }
}
