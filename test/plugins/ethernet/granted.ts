import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Permissions } from '@claimd/sdk'
import { root } from '../../system/lab.js'

/** What the plugin's manifest asks for. A plugin that ships with claimd is given all of it. */
export const granted: Permissions = JSON.parse(
  readFileSync(join(root, 'plugins/ethernet/package.json'), 'utf8'),
).permissions
