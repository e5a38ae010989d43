import type { Answer } from '@claimd/sdk'
import { isNo } from '../answers.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { hasOpenActs } from './acts.js'
import { changed, ensureRunning, seat } from './current.js'
import { endTrial } from './end-trial.js'
import type { HeldClaim } from './facts.js'
import { currentVersion, dropVersion, fallbackVersion, takeOver } from './lineage.js'
import { unwatch, watch } from './probation.js'
import { activate, ask, askOwn, end, spawn, takeBack } from './processes.js'
import { dropSpare, takeSpare } from './spare.js'
import { dropStandby, replaceStandby } from './standby.js'
import { notNeeded, type OwnQuestion, type Trial } from './state.js'
import { alive, changeOf, note, quarantine, refusalOf, type Step, setTimer, titleOf } from './step.js'

/** While a claim is made or changed as fast as a candidate verifies, it is given up after so many rounds. */
const maxRounds = 5
type AskedCurrent = Extract<OwnQuestion, { for: 'trial-current' }>

/** How often the current version is asked whose process ends meanwhile. */
const maxTries = 3
/** When a trial is made again that failed by no fault of the version, in milliseconds. */
const againMs = 5000
/** How long a version that has passed its trial waits for open acts of the current one, in milliseconds. */
const maxActsMs = 60_000

/**
 * How another version takes over: as a transaction. It is started beside the one that runs, has to recognise what the
 * plugin holds, also what is claimed meanwhile, and takes over in one step. Any failure keeps the version that runs.
 */

/** Makes another version the current one: at once where nothing depends on it, or by a trial. */
export function change(step: Step, version: AcceptedPlugin): void {
  const { state, facts } = step
  const isNeeded = alive(state.current) !== null || facts.held().length > 0
  if (state.disabled === null && isNeeded) begin(step, version)
  else if (state.standing !== 'stopping') {
    unwatch(step)
    succeed(step, version)
    seat(step, null, notNeeded)
    noteReload(step, version, 0, 'it was not running')
    changed(step, 'was changed')
  }
}

/** The candidate is active. */
export function candidateActive(step: Step, trial: Trial): void {
  trial.phase = 'verifying'
  verify(step, trial)
}

/** The candidate has answered for a claim. */
export function candidateAnswered(step: Step, trial: Trial, fence: number, answer: Answer): void {
  const asked = trial.asked.get(fence)
  if (!asked) return
  if (answer.result === 'PENDING') trial.pending.add(fence)
  else trial.pending.delete(fence)
  const why = objectionTo(answer, asked.claim)
  if (why === null) recognised(step, trial, fence)
  else if (!isNo(answer)) failTrial(step, why)
  // Where the link is to blame, the version that made the claim says the same.
  else askWhoHolds(step, trial, asked.claim, why, 1)
}

/** Asks the current version whether it would give up a claim that the candidate does not recognise. */
function askWhoHolds(step: Step, trial: Trial, claim: HeldClaim, why: string, tries: number): void {
  const current = ensureRunning(step)
  if (!current) {
    // That the process ended which was to judge it is no fault of the candidate: it is tried again.
    const isFirst = tries === 1
    failTrial(step, isFirst ? why : cannotBeAsked(why), isFirst)
    return
  }
  const { fence } = claim
  const own = {
    for: 'trial-current',
    process: trial.process.id,
    fence,
    why,
    asked: current.id,
    tries,
  } as const
  askOwn(step, current, own, { kind: 'verify', ...claim })
}

/** The current version has answered for a claim that the candidate does not recognise, or its process has ended. */
export function currentAnswered(step: Step, trial: Trial, own: AskedCurrent, answer: Answer): void {
  const { fence, why, asked, tries } = own
  const waiting = trial.asked.get(fence)
  if (!waiting) return
  const isOver = (step.state.processes.get(asked)?.phase ?? 'over') === 'over'
  if (isNo(answer)) recognised(step, trial, fence)
  else if (answer.result === 'SUCCESS' || !isOver) failTrial(step, why)
  else if (tries < maxTries) askWhoHolds(step, trial, waiting.claim, why, tries + 1)
  else failTrial(step, cannotBeAsked(why), false)
}

/** No act is open any more, or the candidate has waited long enough. */
export function resumeTrial(step: Step, { waited }: { waited: boolean }): void {
  const { trial } = step.state
  if (trial && waited) trial.waitsForActs = 'waited'
  if (trial?.phase !== 'passed') return
  // What was claimed meanwhile has to be recognised as well.
  trial.rounds = 0
  trial.phase = 'verifying'
  verify(step, trial)
}

/** @param isAtFault whether the version failed: where not, it is tried again in a while */
export function failTrial(step: Step, why: string, isAtFault = true): void {
  const { state } = step
  const { version } = state.trial!
  endTrial(step, why)
  state.touchedAt = null
  if (isAtFault) {
    quarantine(step, version.build, why)
    // It may have been current before.
    if (state.standby?.version.build === version.build || state.standbyStart?.version.build === version.build)
      dropStandby(step, why)
    dropVersion(state.lineage, version.build)
  } else setTimer(step, 'trial', againMs)
  object(step, version, why)
}

/** What lies in the folder is not taken. */
export function object(step: Step, version: AcceptedPlugin, why: string): void {
  const { state } = step
  dropSpare(step)
  const objection = `${titleOf(version)} is not taken: ${why}`
  if (state.objection === objection) return
  state.objection = objection
  const current = currentVersion(state.lineage)
  note(step, 'plugin-reload-failed', { ...changeOf(current, version), reason: why })
}

function begin(step: Step, version: AcceptedPlugin): void {
  const { state } = step
  setTimer(step, 'trial', null)
  const process = takeSpare(step, version) ?? spawn(step, version)
  state.trial = {
    version,
    process,
    phase: 'loading',
    recognised: new Map(),
    pending: new Set(),
    rounds: 0,
    asked: new Map(),
    waitsForActs: 'not yet',
  }
  const current = currentVersion(state.lineage)
  note(step, 'plugin-reload-started', changeOf(current, version))
  activate(step, process, version)
}

/** Lets the candidate verify what it was not shown yet, or take over when that is nothing. */
function verify(step: Step, trial: Trial): void {
  const claims = step.facts.held()
  const open = claims.filter((claim) => trial.recognised.get(claim.fence) !== shownOf(claim))
  if (open.length === 0) {
    pass(step, trial, claims)
    return
  }
  const known = new Set(trial.version.providers.map(({ id }) => id))
  const missing = open.find(({ provider }) => !known.has(provider))
  if (missing || trial.rounds++ === maxRounds) {
    const why = missing
      ? `it has no provider ${missing.provider}, which holds ${describe(missing)}`
      : 'the claims that it would take over changed faster than it verified them'
    failTrial(step, why)
    return
  }
  for (const claim of open) trial.asked.set(claim.fence, { claim, shown: shownOf(claim) })
  for (const claim of open) {
    const own = { for: 'trial', process: trial.process.id, fence: claim.fence } as const
    askOwn(step, trial.process, own, { kind: 'verify', ...claim })
  }
}

function recognised(step: Step, trial: Trial, fence: number): void {
  trial.recognised.set(fence, trial.asked.get(fence)!.shown)
  trial.asked.delete(fence)
  if (trial.asked.size === 0) verify(step, trial)
}

function pass(step: Step, trial: Trial, claims: readonly HeldClaim[]): void {
  const { current, standby } = step.state
  if ((hasOpenActs(current) || hasOpenActs(standby)) && trial.waitsForActs !== 'waited') {
    trial.phase = 'passed'
    // Once for each trial: acts that begin and end do not keep it waiting for ever.
    if (trial.waitsForActs === 'not yet') setTimer(step, 'acts', maxActsMs)
    trial.waitsForActs = 'waits'
    return
  }
  const pending = claims.filter(({ fence }) => trial.pending.has(fence)).map(({ fence }) => fence)
  takeOverFrom(step, trial, claims.length, new Set(pending))
}

/** The candidate takes over; the version before stays beside it. */
function takeOverFrom(step: Step, trial: Trial, adapters: number, unconfirmed: Set<number>): void {
  const { state } = step
  const { version, process } = trial
  state.trial = null
  setTimer(step, 'acts', null)
  const before = alive(state.current)
  const last = replaceStandby(step, null)
  succeed(step, version)
  // At the port of a debugger there is room for one.
  const isWayBack = before !== null && before.version.build === fallbackVersion(state.lineage)?.build
  const stays = isWayBack && state.options.inspect === null
  const open = before ? takeBack(step, before, { unsent: stays }) : []
  if (last) open.push(...takeBack(step, last, { unsent: false }))
  if (stays) state.standby = before
  else if (before) end(step, before, `${titleOf(version)} took over`)
  if (last) end(step, last, `${titleOf(version)} took over`)
  seat(step, process, 'it took over')
  ask(step, process, open)
  state.unconfirmed = unconfirmed
  const known = adapters - unconfirmed.size
  const yet = unconfirmed.size === 0 ? '' : `, and cannot tell yet of ${unconfirmed.size}`
  noteReload(step, version, adapters, `it recognised ${known} adapter${known === 1 ? '' : 's'}${yet}`)
  changed(step, 'was reloaded')
  watch(step)
}

function succeed(step: Step, version: AcceptedPlugin): void {
  const { state } = step
  // A version that may not run is none to go back to.
  const replace = refusalOf(step, currentVersion(state.lineage)) !== null
  takeOver(state.lineage, version, { replace })
  state.objection = null
  state.unconfirmed = new Set()
}

function noteReload(step: Step, version: AcceptedPlugin, adapters: number, because: string): void {
  const { state, facts } = step
  const ms = state.touchedAt === null ? null : Math.round(facts.now() - state.touchedAt)
  state.touchedAt = null
  const from = fallbackVersion(state.lineage)?.build ?? null
  note(step, 'plugin-reloaded', {
    to: version.build,
    toVersion: version.version,
    from,
    adapters,
    ms,
    because,
  })
}

/** Why a candidate's answer speaks against it; `null` when it does not. */
function objectionTo(answer: Answer, claim: HeldClaim): string | null {
  const { result } = answer
  // One that cannot tell yet leaves the claim as it is.
  if (result === 'PENDING') return null
  if (result === 'SUCCESS') {
    if (answer.connection === claim.connection) return null
    return `it answers for ${describe(claim)} with the connection ${answer.connection}`
  }
  const reason = answer.reason ? `: ${answer.reason}` : ''
  return isNo(answer)
    ? `it no longer recognises ${describe(claim)}${reason}`
    : `it fails to verify ${describe(claim)} (${result}${reason})`
}

function cannotBeAsked(why: string): string {
  return `${why}, and the version that runs cannot be asked`
}

function describe({ adapter, connection }: HeldClaim): string {
  return `${adapter.name}, which is held for connection ${connection}`
}

/** What is shown to the candidate of a claim. */
function shownOf({ adapter, connection }: HeldClaim): string {
  return JSON.stringify([connection, adapter])
}
