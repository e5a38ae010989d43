import type { PluginContext } from '@claimd/sdk'
import { Dialling } from './dialling.js'
import { Judge } from './judge.js'
import { LeaseWatch } from './lease-watch.js'
import { allRecords } from './leases/records.js'
import { EthernetProvider } from './provider.js'
import { SystemFiles } from './system-files.js'

/**
 * The wired connections that the operator has configured. It claims an adapter when the addresses found on it are
 * what one of these connections would have produced, and connects those with static addresses.
 */
export function activate(context: PluginContext): void {
  const files = new SystemFiles(context.read)
  const watch = new LeaseWatch(Date.now, (changed) => files.watch(allRecords, changed))
  context.subscriptions.push(watch)
  const judge = new Judge(files, Date.now)
  const dialling = new Dialling(context.links, files)
  context.providers.register('ethernet', new EthernetProvider(context, judge, watch, dialling))
}
