import type { DialAct, DialAnswer } from '../../core/kernel/provider-port.js'
import type { Process, State } from './state.js'
import { alive, type Step } from './step.js'

/**
 * Acts change something, so each is sent once at most: what is open at a process that fails, is taken over or is rolled
 * back is interrupted, and never sent to another one.
 */

/** Of so many connections it is known which provider of the plugin has brought them up. */
const dialledLimit = 4096

/** There is one act of each kind for one fence. */
export function keyOf({ fence, kind }: Pick<DialAct, 'fence' | 'kind'>): string {
  return `${fence} ${kind}`
}

/** The current version is to carry it out, when it is active. What cannot run by the end of the step is refused. */
export function beginAct(step: Step, act: DialAct): void {
  step.state.waitingActs.push(act)
  sendActs(step)
}

/** The provider may report on the connection that it brings up, or has brought up. */
export function rememberDialled(
  { dialled }: State,
  { fence, provider }: Pick<DialAct, 'fence' | 'provider'>,
): void {
  dialled.set(fence, provider)
  // Of some it is never heard again.
  if (dialled.size > dialledLimit) dialled.delete(dialled.keys().next().value!)
}

/** It is down, or the host cleans up alone. Where it is up after all, the core asks for its status, and so names it again. */
function forgetDialled({ dialled }: State, { fence }: Pick<DialAct, 'fence'>): void {
  dialled.delete(fence)
}

/** Sends what waits, as soon as the current version can take it. */
export function sendActs({ state, effects }: Step): void {
  const { current, trial } = state
  if (current?.phase !== 'active') return
  // A version that has passed its trial takes over as soon as no act is open: it gets the connects that come now. A disconnect
  // does not wait for it: the core would soon clean up without it.
  const stays = ({ kind }: DialAct) => trial?.phase === 'passed' && kind === 'connect'
  for (const act of state.waitingActs) {
    if (stays(act)) continue
    current.acts.set(keyOf(act), { act, isCancelled: false })
    if (act.kind === 'connect') rememberDialled(state, act)
    effects.push({ do: 'act', process: current.id, act })
  }
  state.waitingActs = state.waitingActs.filter(stays)
}

/** The plugin has said what came of it. */
export function actAnswered(step: Step, process: Process, act: DialAct, answer: DialAnswer): void {
  // One that was interrupted has its result.
  if (!process.acts.delete(keyOf(act))) return
  const isUp = answer.result === (act.kind === 'connect' ? 'SUCCESS' : 'NOT_SUPPORTED')
  if (!isUp) forgetDialled(step.state, act)
  step.effects.push({ do: 'tell-act-result', act, result: { outcome: 'done', answer } })
  step.consequences.push({ type: 'acts-changed' })
}

/** The result of an act is not wanted any more. It gets one all the same. */
export function cancelAct(step: Step, cancelled: Pick<DialAct, 'fence' | 'kind'>): void {
  const { state, effects } = step
  const key = keyOf(cancelled)
  const waiting = state.waitingActs.find((act) => keyOf(act) === key)
  if (waiting) {
    state.waitingActs = state.waitingActs.filter((act) => act !== waiting)
    refuse(step, waiting, 'it was cancelled before the provider was called')
    return
  }
  for (const process of state.processes.values()) {
    const open = process.acts.get(key)
    if (!open || open.isCancelled) continue
    open.isCancelled = true
    effects.push({
      do: 'cancel-act',
      process: process.id,
      act: { fence: open.act.fence, kind: open.act.kind },
    })
  }
}

/** The process is gone, or has to go. */
export function failActs(step: Step, process: Process, reason: string): void {
  if (process.acts.size === 0) return
  for (const { act } of process.acts.values()) {
    forgetDialled(step.state, act)
    step.effects.push({ do: 'tell-act-result', act, result: { outcome: 'interrupted', reason } })
  }
  process.acts.clear()
  step.consequences.push({ type: 'acts-changed' })
}

/**
 * Refuses what waits where no process will run that could carry it out.
 * @param startsAgain a process that failed is started again after a while: it is the one to take down what the process before
 * brought up, so disconnects wait for it. How long they may is for the core to say
 */
export function refuseWaitingActs(step: Step, { startsAgain }: { startsAgain: boolean }): void {
  const { state } = step
  const refused = state.waitingActs.filter(({ kind }) => !startsAgain || kind === 'connect')
  state.waitingActs = state.waitingActs.filter((act) => !refused.includes(act))
  for (const act of refused) refuse(step, act, state.because)
}

/** Whether a version that takes over has to wait. */
export function hasOpenActs(process: Process | null): boolean {
  return (alive(process)?.acts.size ?? 0) > 0
}

function refuse({ state, effects }: Step, act: DialAct, reason: string): void {
  forgetDialled(state, act)
  effects.push({ do: 'tell-act-result', act, result: { outcome: 'not-sent', reason } })
}
