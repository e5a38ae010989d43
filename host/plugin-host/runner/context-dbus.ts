import type { DBusCall, DBusService, DBusSignal, DBusSubscription } from '@claimd/sdk'
import { checkArguments } from '@claimd/sdk/wire'
import type { HostRequests } from './host-requests.js'

export function dbusService(requests: HostRequests): DBusService {
  return Object.freeze({
    async call(call: DBusCall) {
      checkArguments('context.dbus.call', [call])
      const { name, path, interface: of, member, signature, args } = call
      const params = {
        name,
        path,
        interface: of,
        member,
        ...(signature !== undefined && { signature }),
        ...(args !== undefined && { args }),
      }
      return (await requests.request('dbusCall', params)).values
    },
    async subscribe(subscription: DBusSubscription, listener: (signal: DBusSignal) => void) {
      checkArguments('context.dbus.subscribe', [subscription, listener])
      const { name, path, interface: of, member } = subscription
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
