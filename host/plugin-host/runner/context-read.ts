import type { ReadService } from '@claimd/sdk'
import { checkArguments } from '@claimd/sdk/wire'
import type { HostRequests } from './host-requests.js'
import { thrownText } from './thrown-text.js'

export function readService(requests: HostRequests): ReadService {
  const bytes = async (path: string) => {
    const { base64 } = await requests.request('readFile', { path })
    return Buffer.from(base64, 'base64')
  }
  return Object.freeze({
    async bytes(path: string) {
      checkArguments('context.read.bytes', [path])
      return bytes(path)
    },
    async file(path: string) {
      checkArguments('context.read.file', [path])
      return (await bytes(path)).toString('utf8')
    },
    async stat(path: string) {
      checkArguments('context.read.stat', [path])
      return requests.request('readStat', { path })
    },
    async list(glob: string) {
      checkArguments('context.read.list', [glob])
      return (await requests.request('readList', { glob })).paths
    },
    watch(glob: string, changed: () => void) {
      checkArguments('context.read.watch', [glob, changed])
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
