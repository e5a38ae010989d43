import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../system/lab.js'

/** Links are named after the plugin that wants them: `steady3`, `crashes7`. */
export const pluginNames = ['steady', 'crashes', 'reloads', 'slow'] as const

/** A provider that holds links of its own prefix while they have it, each for a connection of its own. */
function provider(prefix: string, before = '', delay = '0'): string {
  return `
    async claimConnection({ adapter }) {
      ${before}
      const wait = ${delay}
      if (wait > 700) return { result: 'PENDING', retryAfterMs: 300 }
      if (wait > 0) await new Promise((done) => setTimeout(done, wait))
      if (!adapter.up) return { result: 'INVALID_CONNECTION', reason: 'it is down' }
      return { result: 'SUCCESS', connection: '${prefix}-' + adapter.id, volatile: true, evidence: adapter.name }
    },
    async verify({ adapter, connection }) {
      ${before}
      return adapter.name.startsWith('${prefix}')
        ? { result: 'SUCCESS', connection }
        : { result: 'INVALID_CONNECTION', reason: 'it is called ' + adapter.name }
    }`
}

/** Puts the plugins of the soak beside those that ship with claimd. */
export function dropPlugins(lab: Lab): void {
  const drop = (name: string, code: string) => lab.drop(name, code, { match: [{ name: `${name}*` }] })
  drop('steady', provider('steady'))
  drop('crashes', provider('crashes', 'if (Math.random() < 0.01) process.exit(3)'))
  drop('reloads', provider('reloads'))
  drop('slow', provider('slow', '', 'Math.random() * 1000'))
}

let saves = 0

/** Saves a plugin's file anew, with other contents: it is reloaded, and a quarantine ends. */
export function save(lab: Lab, plugin: string): void {
  const file = join(lab.plugins, plugin, 'index.js')
  const code = readFileSync(file, 'utf8').replace(/\/\/ saved .*\n$/, '')
  writeFileSync(file, `${code}// saved ${++saves}\n`)
}
