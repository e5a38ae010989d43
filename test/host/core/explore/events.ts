import { adapters, type Machine } from './machine.js'

/** Everything that can happen in this state, each in a few words. */
export function eventsOf(machine: Machine): string[] {
  const { claims, questions, left, wakes, late, providers } = machine
  const may = (key: string) => (left[key] ?? 0) > 0
  const events: string[] = []
  for (const adapter of adapters) {
    const link = machine.linkOf(adapter)
    if (!link && may(`appear ${adapter}`)) events.push(`appear ${adapter}`)
    if (link && may(`vanish ${adapter}`)) events.push(`vanish ${adapter}`)
    if (link && may('address')) events.push(`address ${adapter}`)
    if (link && may('port')) events.push(`port ${adapter}`)
    if (!link || !claims) continue
    if (may('offer')) events.push(`offer ${adapter}`)
    if (may('release')) events.push(`release ${adapter}`)
    if (may('lost') && claims.context.byIndex.get(link.index)?.holding) events.push(`lost ${adapter}`)
  }
  for (const { id, status } of providers.values()) {
    if (status === 'available' && may('crash')) events.push(`crash ${id}`)
    if (status === 'available' && may('disable')) events.push(`disable ${id}`)
    if (status !== 'available') events.push(`return ${id}`)
  }
  if (!claims) return [...events, 'start']
  if (!claims.context.ready) events.push('plugins')
  if (may('kill')) events.push('kill')
  if (claims.context.byConnection.size > 0) events.push('disconnect')
  if (wakes.length > 0) events.push('time')
  if (late && may('late')) events.push('late')
  for (const [i, { kind }] of questions.entries()) {
    const answers = ['yes', 'no']
    if (kind === 'offer' && may('shared')) answers.push('shared')
    for (const limited of ['never', 'pending', 'fail']) if (may(limited)) answers.push(limited)
    for (const answer of answers) events.push(`answer ${i} ${answer}`)
  }
  return events
}

/** Whether a thing only goes on with what is under way; everything else is somebody's doing. */
export function isProgress(event: string): boolean {
  return /^(answer|time|start|plugins)/.test(event)
}

/** Nothing is under way any more. */
export function isQuiet({ claims, questions, wakes }: Machine): boolean {
  return claims?.context.ready === true && questions.length === 0 && wakes.length === 0
}
