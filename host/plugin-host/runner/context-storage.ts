import type { SecretsService, StorageService } from '@claimd/sdk'
import { checkArguments } from '@claimd/sdk/wire'
import type { HostRequests } from './host-requests.js'

export function storageService(requests: HostRequests, folder: string): StorageService {
  return Object.freeze({
    folder,
    async get(key: string) {
      checkArguments('context.storage.get', [key])
      const { found, value } = await requests.request('storageGet', { key })
      return found ? value : undefined
    },
    async set(key: string, value: unknown) {
      checkArguments('context.storage.set', [key, value])
      await requests.request('storageSet', { key, value })
    },
    async delete(key: string) {
      checkArguments('context.storage.delete', [key])
      await requests.request('storageDelete', { key })
    },
    keys: async () => (await requests.request('storageKeys', {})).keys,
  })
}

export function secretsService(requests: HostRequests): SecretsService {
  return Object.freeze({
    async get(key: string) {
      checkArguments('context.secrets.get', [key])
      const { found, value } = await requests.request('secretsGet', { key })
      return found ? value : undefined
    },
    async set(key: string, value: string) {
      checkArguments('context.secrets.set', [key, value])
      await requests.request('secretsSet', { key, value })
    },
    async delete(key: string) {
      checkArguments('context.secrets.delete', [key])
      await requests.request('secretsDelete', { key })
    },
    keys: async () => (await requests.request('secretsKeys', {})).keys,
  })
}
