import type { DBusCall, DBusService, DBusSignal, DBusSubscription } from '@claimd/sdk'
import type { HostRequests } from './host-requests.js'

export function dbusService(requests: HostRequests): DBusService {
  return Object.freeze({
    async call({ name, path, interface: of, member, signature, args }: DBusCall) {
      const call = {
        name,
        path,
        interface: of,
        member,
        ...(signature !== undefined && { signature }),
        ...(args !== undefined && { args }),
      }
      return (await requests.request('dbusCall', call)).values
    },
    async subscribe(
      { name, path, interface: of, member }: DBusSubscription,
      listener: (signal: DBusSignal) => void,
    ) {
      const handle = requests.open((event) => {
        if (event.type === 'signal') listener(event.signal)
      })
      try {
        const wanted = { handle, name, interface: of, member, ...(path !== undefined && { path }) }
        await requests.request('dbusSubscribe', wanted)
      } catch (error) {
        requests.close(handle)
        throw error
      }
      return {
        dispose() {
          if (requests.close(handle)) requests.request('dbusUnsubscribe', { handle }).catch(() => {})
        },
      }
    },
  })
}
