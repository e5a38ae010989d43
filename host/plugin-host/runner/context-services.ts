import type { PluginContext } from '@claimd/sdk'
import { type LogParams, logText, pluginMethods } from '@claimd/sdk/wire'
import { dbusService } from './context-dbus.js'
import { execService } from './context-exec.js'
import { linksService } from './context-links.js'
import { offersService } from './context-offers.js'
import { readService } from './context-read.js'
import { secretsService, storageService } from './context-storage.js'
import type { HostRequests, Notify } from './host-requests.js'

type Services = Pick<
  PluginContext,
  'offers' | 'links' | 'exec' | 'dbus' | 'read' | 'storage' | 'secrets' | 'log'
>

/** The part of the context that the host serves. @param data the plugin's data folder */
export function contextServices(requests: HostRequests, data: string, notify: Notify): Services {
  const write = (level: LogParams['level']) => (message: string) =>
    notify(pluginMethods.log, { message: logText(message), level })
  return {
    offers: offersService(requests),
    links: linksService(requests),
    exec: execService(requests),
    dbus: dbusService(requests),
    read: readService(requests),
    storage: storageService(requests, data),
    secrets: secretsService(requests),
    log: Object.freeze(Object.assign(write('log'), { warn: write('warn'), error: write('error') })),
  }
}
