import type { LinkChange } from '@claimd/sdk'
import { describePermissions } from '../../../core/permissions/describe.js'
import { changeIsGranted } from '../../../core/permissions/link-change.js'
import type { Caller } from '../caller.js'
import { notAllowed } from '../refusals.js'

/** @throws NOT_ALLOWED for a kind of change that the plugin was not granted */
export function checkChanges(caller: Caller, changes: readonly LinkChange[]): void {
  const granted = caller.granted.links?.change ?? []
  for (const change of changes) {
    if (changeIsGranted(granted, change)) continue
    const asked = describePermissions({ links: { change: [change] } }).join('')
    throw notAllowed(caller, asked, {
      granted: describePermissions({ links: { change: granted } }),
      key: `links.change: ["${change}"]`,
    })
  }
}
