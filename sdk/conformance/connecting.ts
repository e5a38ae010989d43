import type { Bench, RunningPlugin } from './bench.js'
import { skip, type Verdict } from './case.js'
import { delay } from './claiming.js'
import type { Acted, Asked, Connectable, ConnectTrial, Dial } from './dialling.js'

/** How long after its end an attempt is watched for what it still does, in milliseconds. */
const watchedMs = 30

/** Tries each configured connection of a provider that connects, until one comes up. */
export async function makeConnectTrial(bench: Bench, plugin: RunningPlugin): Promise<ConnectTrial> {
  const { connects } = await plugin.observed()
  const failed: string[] = []
  for (const { id, connectionTypes = [] } of bench.plugin.providers) {
    if (!connects.includes(id)) continue
    for (const connection of bench.connections) {
      if (!connectionTypes.includes(connection.type)) continue
      const one = { provider: id, connection }
      const dial = await plugin.connecting.reserve(one)
      const acted = typeof dial === 'string' ? dial : await plugin.connecting.connect(dial).ended
      if (typeof dial !== 'string') await end(plugin, dial)
      if (typeof acted !== 'string' && acted.answer?.result === 'SUCCESS')
        return { providers: connects, connectable: one, failed }
      failed.push(`${connection.name}: ${typeof acted === 'string' ? acted : said(acted)}`)
    }
  }
  return { providers: connects, connectable: null, failed }
}

/** Runs a case with a connection that came up once; skips without one. */
export function withConnectable(
  run: (plugin: RunningPlugin, one: Connectable, bench: Bench) => Promise<Verdict>,
): (bench: Bench) => Promise<Verdict> {
  return async (bench) => {
    const { providers, connectable } = await bench.connectTrial()
    if (providers.length === 0) return skip(connectsNothing)
    if (connectable === null) return skip('none of its connections came up, see connects-something')
    return run(await bench.borrowPlugin(), connectable, bench)
  }
}

export const connectsNothing = 'the plugin does not connect'

/** Reserves an adapter; a connection that came up once can be reserved again. @throws an Error that says why not */
export async function reserve(plugin: RunningPlugin, one: Connectable): Promise<Dial> {
  const dial = await plugin.connecting.reserve(one)
  if (typeof dial !== 'string') return dial
  throw new Error(`${one.connection.name} cannot be connected again: ${dial}`)
}

/** Disconnects, and takes back what the host does: as the core ends each attempt. */
export async function end(plugin: RunningPlugin, dial: Dial): Promise<void> {
  await plugin.connecting.disconnect(dial)
  await plugin.connecting.undo(dial)
}

/**
 * The same, and looks at what is left.
 * @param before the links as they were
 * @returns what is wrong with it; `null` when nothing is
 */
export async function endTrouble(
  plugin: RunningPlugin,
  dial: Dial,
  before: readonly string[],
): Promise<string | null> {
  const { connecting } = plugin
  const ended = await connecting.disconnect(dial)
  const left = await connecting.undo(dial)
  if (ended.broke !== null) return `disconnect: ${ended.broke}`
  if (!takesDown(ended)) return `disconnect: ${said(ended)}`
  if (left.length > 0) return `claimd could not take back: ${left.join('; ')}`
  const [more] = (await connecting.picture()).filter((line) => !before.includes(line))
  if (more !== undefined) return `left behind: ${more}`
  await delay(watchedMs)
  const [late] = connecting.refused
  return late === undefined ? plugin.died() : `after it was down, the provider still asked for ${late}`
}

/** `NOT_IMPLEMENTED`: what was made is taken back by the host alone. */
export function takesDown({ answer }: Acted<{ result: string }>): boolean {
  return answer?.result === 'SUCCESS' || answer?.result === 'NOT_IMPLEMENTED'
}

/** An answer in a few words. */
export function said({ answer, broke }: Asked<{ result: string; reason?: string } | null>): string {
  if (broke !== null) return broke
  if (answer === null) return 'no answer'
  return answer.reason === undefined ? answer.result : `${answer.result} (${answer.reason})`
}
