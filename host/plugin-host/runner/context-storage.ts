import type { SecretsService, StorageService } from '@claimd/sdk'
import type { HostRequests } from './host-requests.js'

export function storageService(requests: HostRequests, folder: string): StorageService {
  return Object.freeze({
    folder,
    async get(key: string) {
      const { found, value } = await requests.request('storageGet', { key })
      return found ? value : undefined
    },
    async set(key: string, value: unknown) {
      await requests.request('storageSet', { key, value })
    },
    async delete(key: string) {
      await requests.request('storageDelete', { key })
    },
    keys: async () => (await requests.request('storageKeys', {})).keys,
  })
}

export function secretsService(requests: HostRequests): SecretsService {
  return Object.freeze({
    async get(key: string) {
      const { found, value } = await requests.request('secretsGet', { key })
      return found ? value : undefined
    },
    async set(key: string, value: string) {
      await requests.request('secretsSet', { key, value })
    },
    async delete(key: string) {
      await requests.request('secretsDelete', { key })
    },
    keys: async () => (await requests.request('secretsKeys', {})).keys,
  })
}
