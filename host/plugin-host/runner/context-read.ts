import type { ReadService } from '@claimd/sdk'
import type { HostRequests } from './host-requests.js'
import { thrownText } from './thrown-text.js'

export function readService(requests: HostRequests): ReadService {
  const bytes = async (path: string) => {
    const { base64 } = await requests.request('readFile', { path })
    return Buffer.from(base64, 'base64')
  }
  return Object.freeze({
    bytes,
    file: async (path: string) => (await bytes(path)).toString('utf8'),
    stat: (path: string) => requests.request('readStat', { path }),
    list: async (glob: string) => (await requests.request('readList', { glob })).paths,
    watch(glob: string, changed: () => void) {
      const handle = requests.open(() => changed())
      requests.request('readWatch', { handle, glob }).catch((error) => {
        requests.close(handle)
        console.error(`watch: ${thrownText(error)}`)
      })
      return {
        dispose() {
          if (requests.close(handle)) requests.request('readUnwatch', { handle }).catch(() => {})
        },
      }
    },
  })
}
