import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Permissions, PluginContext } from '@claimd/sdk'
import type { Facts, Given } from '../../host/plugin-host/jail/facts.js'
import { until } from '../lab.js'
import type { AttackLab } from './attack-lab.js'

/** What an attempt in a plugin can use. */
export interface PluginGiven extends Given {
  context: PluginContext
  /** The adapters that it claimed, by their names. */
  mine: Record<string, { id: string; fence: number }>
}

/** What a plugin in a daemon can aim at beside that. */
export interface PluginFacts extends Facts {
  /** The folder in which the daemon finds plugins, its state folder, and its socket. */
  search: string
  state: string
  control: string
  /** An adapter of the bystander, by its id. */
  foreign: string
}

/** Runs in the plugin's process, from its text. Whatever it does not throw at was not stopped. */
export type PluginAttempt = (facts: PluginFacts, given: PluginGiven) => unknown

export type Attempts = Readonly<Record<string, PluginAttempt>>

/** How attempts went: `open`, or the code or the text of the error. */
export type Outcomes = Record<string, string>

/** The adapter by which a plugin is told to begin. */
export const cueOf = (plugin: string) => `cue-${plugin}`

/**
 * Drops a plugin that makes attempts, one after another, when it is asked about its cue.
 * @param claims links that it claims, and by which connections
 * @param permissions what it asks for; it then has to be trusted
 */
export function dropAttacker(
  lab: AttackLab,
  plugin: string,
  attempts: Attempts,
  claims: Readonly<Record<string, string>> = {},
  permissions: Permissions = {},
): void {
  const names = [cueOf(plugin), ...Object.keys(claims)]
  const texts = Object.entries(attempts).map(([name, attempt]) => `${JSON.stringify(name)}: ${attempt}`)
  const folder = lab.drop(plugin, '', { match: names.map((name) => ({ name })), permissions })
  const code = `import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const data = ${JSON.stringify(dataOf(lab, plugin))}
const claims = ${JSON.stringify(claims)}
const attempts = { ${texts.join(',\n')} }
const mine = {}
let begun = false

async function tryAll(context) {
  const facts = JSON.parse(readFileSync(data + '/facts.json', 'utf8'))
  const given = { require: createRequire(import.meta.url), load: (specifier) => import(specifier), context, mine }
  const outcomes = {}
  for (const [name, attempt] of Object.entries(attempts)) {
    const patience = new Promise((done) => setTimeout(done, 10_000, 'hangs').unref())
    const outcome = (async () => (await attempt(facts, given), 'open'))()
    outcomes[name] = await Promise.race([
      outcome.catch((error) => String(error.code ?? error.cause?.code ?? error.message)),
      patience,
    ])
  }
  writeFileSync(data + '/outcomes.draft', JSON.stringify(outcomes))
  renameSync(data + '/outcomes.draft', data + '/outcomes.json')
}

export function activate(context) {
  writeFileSync(data + '/secret', 'secret', { mode: 0o644 })
  context.providers.register('p', {
    claimConnection({ adapter, fence }) {
      const connection = claims[adapter.name]
      if (connection) {
        mine[adapter.name] = { id: adapter.id, fence }
        return { result: 'SUCCESS', connection, volatile: true, evidence: 'wants it' }
      }
      if (!begun && existsSync(data + '/facts.json')) {
        begun = true
        void tryAll(context)
      }
      return { result: 'INVALID_CONNECTION', reason: begun ? 'tries' : 'waits' }
    },
    verify: ({ connection }) => ({ result: 'SUCCESS', connection }),
  })
}
`
  writeFileSync(join(folder, 'index.js'), code)
}

export function dataOf(lab: AttackLab, plugin: string): string {
  return join(lab.state, 'data', plugin)
}

/** Has a plugin of {@link dropAttacker} make its attempts. */
export async function attack(lab: AttackLab, plugin: string, facts: object): Promise<Outcomes> {
  const data = dataOf(lab, plugin)
  writeFileSync(join(data, 'facts.draft'), JSON.stringify(facts), { mode: 0o644 })
  renameSync(join(data, 'facts.draft'), join(data, 'facts.json'))
  await lab.offer(cueOf(plugin))
  return until(
    async () =>
      existsSync(join(data, 'outcomes.json')) &&
      (JSON.parse(readFileSync(join(data, 'outcomes.json'), 'utf8')) as Outcomes),
    async () => `${plugin} has not tried everything: ${JSON.stringify(await lab.document(plugin))}`,
    60_000,
  )
}
