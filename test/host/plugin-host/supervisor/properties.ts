import { currentVersion, fallbackVersion } from '../../../../host/plugin-host/supervisor/lineage.js'
import { availabilityOf } from '../../../../host/plugin-host/supervisor/views.js'
import { fail, type World } from './world.js'

/** What has to be true of a supervisor at any moment, and while nothing is under way. */

/** How often a probation may be prolonged for acts of the version before. */
const maxProlonged = 6

/** After every event. */
export function checkStep(world: World): void {
  const { state, processes } = world
  const roles = [state.current, state.standby, state.standbyStart, state.spare, state.trial?.process ?? null]
  const named = roles.filter((process) => process !== null).map(({ id }) => id)
  if (new Set(named).size < named.length) fail('a process has one role')
  for (const process of state.processes.values()) {
    const simulated = processes.get(process.id)
    if (!simulated) fail('the supervisor knows of no process that is not there')
    if (process.phase !== 'over' && !named.includes(process.id))
      fail(`every process that was started ends: ${process.id} is forgotten`)
    if (process.phase === 'over' && simulated.phase !== 'dying')
      fail(`every process that was started ends: ${process.id} is not stopped`)
    if (process.phase === 'over' && process.open.size > 0) fail('what is over is asked nothing')
  }
  checkCurrent(world)
  checkQuestions(world)
  checkActs(world)
  checkAvailability(world)
}

/** At most one current build, which may run or is about to end; and the way back leads to another one. */
function checkCurrent(world: World): void {
  const { state, quarantined } = world
  const { current, standby, lineage } = state
  const version = currentVersion(lineage)
  if (current && current.version.build !== version.build) fail('the current process runs the current build')
  const fallback = fallbackVersion(lineage)
  if (fallback?.build === version.build) fail('the version to go back to is another one')
  if (standby && standby.version.build !== fallback?.build)
    fail('what stands by is the version to go back to')
  if (fallback && quarantined.has(fallback.build)) fail('a build that failed is no way back')
  const isRunning = current !== null && current.phase !== 'over'
  if (isRunning && quarantined.has(version.build)) fail('a build that failed does not run')
  if (state.retired === null && fallback !== null && quarantined.has(version.build))
    fail('the last good build wins')
}

/** No question is lost: it is answered, or something that will answer it has it. */
function checkQuestions(world: World): void {
  const { state, answers, later } = world
  if (state.later.length > 0 && !later) fail('no question is lost: nothing asks it again')
  const open = new Set(state.later.map(({ id }) => id))
  for (const process of state.processes.values()) for (const id of process.open.keys()) open.add(id)
  for (const { from } of state.doubts.values()) if (from.kind === 'answer') open.add(from.question.id)
  for (const [id, answered] of answers)
    if (answered === 0 && !open.has(id)) fail(`no question is lost: ${id}`)
  for (const process of state.processes.values()) {
    const simulated = world.processes.get(process.id)!
    const has = [...simulated.waiting, ...simulated.sent].map(({ id }) => id)
    for (const id of process.open.keys())
      if (!has.includes(id)) fail(`no question is lost: process ${process.id} does not have ${id}`)
  }
}

function checkActs(world: World): void {
  const { state, acts } = world
  if (world.prolonged > maxProlonged) fail('a probation is prolonged for acts a few times at most')
  if ((state.standby?.acts.size ?? 0) > 0 && !world.waitedForActs)
    fail('a version that takes over waits for acts')
  const isAlive = state.current !== null && state.current.phase !== 'over'
  const startsAgain = state.standing === 'backing-off' || state.standing === 'stuck'
  for (const { kind } of isAlive ? [] : state.waitingActs)
    if (!startsAgain || kind === 'connect')
      fail('an act waits only for a process that starts; a disconnect also for one that starts again')
  if (state.current?.phase === 'active' && state.waitingActs.some(({ kind }) => kind === 'disconnect'))
    fail('a disconnect does not wait for another version')
  const open = new Set(state.waitingActs.map(({ fence, kind }) => `${fence} ${kind}`))
  for (const process of state.processes.values()) for (const key of process.acts.keys()) open.add(key)
  for (const [key, { sent, results, isCancelled }] of acts) {
    if (results === 0 && !open.has(key)) fail('no act is lost')
    if (results > 0 && open.has(key)) fail('an act that has a result is over')
    if (isCancelled && sent === 0 && results === 0)
      fail('what is cancelled before it was sent has its result at once')
  }
}

/** A held adapter has a build that answers for it, or the core knows that it has none: then it is orphaned. */
function checkAvailability(world: World): void {
  const { state, told } = world
  if (state.retired !== null) return
  const { status } = availabilityOf(state)
  if (status !== told) fail(`the core was told that it is ${told}, and it is ${status}`)
  const isAlive = state.current !== null && state.current.phase !== 'over'
  if (status === 'available' && !isAlive && state.standing !== 'idle')
    fail(`it can be asked, and nothing answers: it is ${state.standing}`)
}

/** While nothing is under way. */
export function checkRest(world: World): void {
  const { state, answers, acts, held } = world
  for (const [id, answered] of answers) if (answered === 0) fail(`every question is answered: ${id}`)
  for (const { results } of acts.values()) if (results === 0) fail('every act has a result')
  if (state.doubts.size > 0 || state.own.size > 0) fail('the supervisor waits for nothing')
  if (state.trial) fail('a trial ends')
  if (state.retired !== null && state.processes.size > 0) fail('nothing is left of what was retired')
  const { status } = availabilityOf(state)
  if (status === 'available' && state.wanted.onStartup && state.standing !== 'running')
    fail(`what runs with the host runs: it is ${state.standing}`)
  const version = currentVersion(state.lineage)
  const mayRun = !world.quarantined.has(state.wanted.build) && !world.distrusted.has(state.wanted.build)
  const isTaken = version.build === state.wanted.build
  if (mayRun && !isTaken && !state.isRejected && state.retired === null && state.disabled === null)
    fail(`what lies in the folder is taken, or refused for a reason: ${held.length} held`)
}
