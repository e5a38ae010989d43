import { createHmac, randomBytes } from 'node:crypto'
import type { Settings } from '../core/claims/context.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'

/** What is different in every process, so that nothing can be found out from what is made with it. */
const key = randomBytes(32)

/**
 * The part of the configuration that claims depend on. Of what only the provider understands, which may hold secrets, the
 * core learns whether it is another one, and no more: what enters the core can be recorded.
 */
export function settingsOf({ connections, offers }: OperatorConfiguration): Settings {
  const known = connections.map(({ name, type, config }) => {
    const fingerprint = createHmac('sha256', key).update(JSON.stringify(config)).digest('hex')
    return { name, type, config: { fingerprint } }
  })
  return { connections: known, order: offers.order, ignore: offers.ignore }
}
