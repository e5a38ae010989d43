/** The plugin's own modules, from where they are when claimd runs it. */
import { join } from 'node:path'
import { root } from '../../system/lab.js'

const load = (module: string) => import(join(root, 'plugins/exec/dist', module))

export const { ScriptProvider }: typeof import('../../../plugins/exec/provider.js') =
  await load('provider.js')
export const { answerOf }: typeof import('../../../plugins/exec/protocol/answer.js') =
  await load('protocol/answer.js')
export const { readDescription }: typeof import('../../../plugins/exec/protocol/description.js') =
  await load('protocol/description.js')
export const { readLinkSettings }: typeof import('../../../plugins/exec/protocol/link-settings.js') =
  await load('protocol/link-settings.js')
export const { setLink }: typeof import('../../../plugins/exec/link/set-link.js') =
  await load('link/set-link.js')
export const { readConnection }: typeof import('../../../plugins/exec/configuration/connection.js') =
  await load('configuration/connection.js')
export const { Turns }: typeof import('../../../plugins/exec/script/turns.js') = await load('script/turns.js')
