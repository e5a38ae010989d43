import { answers, ends } from './answers.js'
import type { Seen } from './seen.js'

/** Everything that can happen in this state, each in a few words. */
export function eventsOf(world: Seen): string[] {
  const { machines, setup, left, links, info } = world
  const may = (verb: string) => (left[verb] ?? 0) > 0
  const events: string[] = []
  const add = (event: string, when = true) => {
    if (when && may(event.split(' ')[0]!)) events.push(event)
  }
  for (const name of setup.adapters) {
    add(`plug ${name}`, !links.has(name))
    add(`unplug ${name}`, links.has(name))
    add(`carrier ${name}`, links.has(name))
    const record = machines?.claims.context.adapters.get(world.adapterOf(name) ?? '')
    add(`release ${name}`, record !== undefined && record.release === null)
    add(`offer ${name}`, record !== undefined && record.release !== null)
  }
  const isThere = info.status === 'available'
  for (const verb of ['crash', 'disable', 'remove', 'reload']) add(verb, isThere)
  if (!isThere) events.push('return')
  for (const name of Object.keys(setup.connections)) {
    if (setup.connections[name]!.source === 'api') continue
    const edit = world.edited.get(name)
    add(`off ${name}`, edit === undefined)
    add(`gone ${name}`, edit === undefined)
    if (edit !== undefined) events.push(`back ${name}`)
  }
  if (!machines) return [...events, 'start']
  if (!world.isReady) events.push('plugins')
  add('kill')
  add('full', !world.isFull)
  if (world.isFull) events.push('heal')
  const { records, requests } = machines.connections.context
  for (const [name, { source }] of Object.entries(setup.connections)) {
    const record = records.get(name)
    for (const verb of ['connect', 'once', 'timed', 'over', 'disconnect', 'unused']) add(`${verb} ${name}`)
    for (const verb of ['lost', 'suspended']) add(`${verb} ${name}`, record?.attempt?.phase === 'connected')
    if (source !== 'api') continue
    for (const verb of ['edit', 'rewrite', 'delete']) add(`${verb} ${name}`, record?.settings != null)
    add(`add ${name}`, !record?.settings)
  }
  add('all')
  for (const i of [...requests.keys()].keys()) add(`cancel ${i}`)
  const next = Math.min(...world.wakes.map(({ at }) => at))
  for (const [i, { at }] of world.wakes.entries()) if (at === next) events.push(`time ${i}`)
  for (const [i, { kind, provider }] of world.questions.entries()) {
    if (provider !== info.id) continue
    for (const how of ['yes', ...answers[kind].filter(may)]) events.push(`answer ${i} ${how}`)
  }
  for (const [i, { kind }] of world.acts.entries())
    for (const how of ['success', ...ends[kind].filter(may)]) events.push(`end ${i} ${how}`)
  for (const i of world.undos.keys()) events.push(`undone ${i}`)
  return events
}

/** Whether a thing only goes on with what is under way; everything else is somebody's doing. */
export function isProgress(event: string): boolean {
  return /^(answer|end|undone|time|start|plugins|heal|return)\b/.test(event)
}

/** Nothing is under way any more. */
export function isQuiet({ isReady, isFull, degraded, questions, acts, undos, wakes }: Seen): boolean {
  return (
    isReady && !isFull && !degraded && [questions, acts, undos, wakes].every(({ length }) => length === 0)
  )
}
