import type { ProviderEvent } from '../../../../host/core/claims/report-event.js'
import { type AnyQuestion, type DialAct, isAboutAdapter } from '../../../../host/core/kernel/provider-port.js'
import type { AcceptedPlugin } from '../../../../host/plugin-host/discovery/found-plugin.js'
import type { AnyAnswer } from '../../../../host/plugin-host/process/answer-checks.js'
import { keyOf } from '../../../../host/plugin-host/supervisor/acts.js'
import type { Effect, TimerName } from '../../../../host/plugin-host/supervisor/effects.js'
import type { Facts, HeldClaim } from '../../../../host/plugin-host/supervisor/facts.js'
import { begin, type SupervisorEvent, supervise } from '../../../../host/plugin-host/supervisor/machine.js'
import { newState, type State } from '../../../../host/plugin-host/supervisor/state.js'
import { availabilityOf } from '../../../../host/plugin-host/supervisor/views.js'
import { adapter } from '../support.js'

/** How often each thing may happen; what is missing may not. */
export interface Limits {
  /** Builds beside the first that come to lie in the folder, in turn. */
  builds: number
  /** Claims that the plugin holds at the start. */
  holds: number
  save?: number
  reject?: number
  offer?: number
  verify?: number
  /** A question about a connection. */
  status?: number
  cancel?: number
  act?: number
  disconnect?: number
  cancelAct?: number
  progress?: number
  crash?: number
  /** A process cannot be started. */
  unstarted?: number
  no?: number
  pending?: number
  unexpected?: number
  lost?: number
  suspended?: number
  disable?: number
  distrust?: number
  release?: number
  claim?: number
  touch?: number
  retire?: number
  /** A debugger may attach. */
  inspect?: number
  /** The plugin runs with the host. */
  onStartup?: number
}

/** A process as the system has it. */
export interface Simulated {
  id: number
  build: string
  /** `dying`: it failed or was stopped; it is gone soon. */
  phase: 'spare' | 'loading' | 'active' | 'dying'
  wasStarted: boolean
  waiting: AnyQuestion[]
  sent: AnyQuestion[]
  acts: DialAct[]
  /** The acts of whose cancels it was told: each is overdue after a while, also one that has ended. */
  cancels: Pick<DialAct, 'fence' | 'kind'>[]
}

/** Everything round a supervisor: processes, timers, the core's questions, what operators decided. Plain data. */
export interface World {
  state: State
  left: Record<string, number>
  processes: Map<number, Simulated>
  timers: Set<TimerName>
  /** Questions are asked again in a moment. */
  later: boolean
  /** A trial has waited as long as it may for open acts. */
  waitedForActs: boolean
  /** How often in a row the probation was prolonged for acts of the version before. */
  prolonged: number
  held: HeldClaim[]
  quarantined: Set<string>
  distrusted: Set<string>
  good: string | null
  /** What the core was told last: whether the providers can be asked. */
  told: string
  /** Of the core's questions, by id: how often each was answered; -1 when it was cancelled. */
  answers: Map<number, number>
  /** By key: how often each act was sent, how many results it has, and whether its result is not wanted any more. */
  acts: Map<string, { sent: number; results: number; isCancelled: boolean }>
  /** What a process said of its connections was passed on just now. */
  wasTold: boolean
  lastQuestion: number
  lastFence: number
}

export function newWorld(limits: Limits): World {
  const { holds, builds: _, ...left } = limits
  const options = { probationMs: 10, inspect: limits.inspect ? 0 : null, spareWaits: false }
  const onStartup = (limits.onStartup ?? 0) > 0
  const first = version('a', onStartup)
  const world: World = {
    state: newState(options, { found: first, lastGood: null, isGood: true, disabled: null }),
    left: { ...left, builds: limits.builds },
    processes: new Map(),
    timers: new Set(),
    later: false,
    waitedForActs: false,
    prolonged: 0,
    held: [],
    quarantined: new Set(),
    distrusted: new Set(),
    good: null,
    told: 'available',
    answers: new Map(),
    acts: new Map(),
    wasTold: false,
    lastQuestion: 0,
    lastFence: 0,
  }
  for (let at = 0; at < holds; at++) hold(world)
  begin(world.state, factsOf(world))
  happens(world, { type: 'consider' })
  happens(world, { type: 'start-if-wanted' })
  return world
}

export function version(build: string, onStartup: boolean): AcceptedPlugin {
  return {
    name: 'p',
    version: '1.0.0',
    build,
    bundled: false,
    staged: '',
    entry: '',
    permissions: {},
    onStartup,
    providers: [{ id: 'p/main' } as AcceptedPlugin['providers'][number]],
    connectionSchemas: [],
  }
}

/** Tells the supervisor of an event, and does what it wants done. */
export function happens(world: World, event: SupervisorEvent): void {
  const isDoubted = world.state.doubts.size > 0
  const effects = supervise(world.state, event, factsOf(world))
  if (isDoubted && effects.some((effect) => effect.do === 'remember-good'))
    fail('what is doubted does not count as good')
  if (effects.filter((effect) => effect.do === 'spawn').length > 2)
    fail('an event starts two processes at most')
  for (const effect of effects) carryOut(world, effect)
}

/** The core asks. @param held the claim that is to be verified; `null`: a new adapter is offered */
export function askQuestion(world: World, held: HeldClaim | null): void {
  const id = ++world.lastQuestion
  const claim = held ?? claimOf(++world.lastFence)
  world.answers.set(id, 0)
  happens(world, { type: 'ask', questions: [{ ...claim, id, kind: held ? 'verify' : 'offer' }] })
}

/** The core asks whether a connection is still up. */
export function askStatus(world: World): void {
  const id = ++world.lastQuestion
  world.answers.set(id, 0)
  const connection = { name: 'c', type: 't', config: '' }
  const question = { id, provider: 'p/main', connection, kind: 'status', adapter: null, fence: 1 } as const
  happens(world, { type: 'ask', questions: [question] })
}

/** The plugin comes to hold another adapter. */
export function hold(world: World): void {
  world.held.push(claimOf(++world.lastFence))
}

/** The process answers the first question that it was sent. */
export function answer(
  world: World,
  process: Simulated,
  given: 'yes' | 'no' | 'pending' | 'unexpected',
): void {
  const question = process.sent.shift()!
  const answers: Record<string, AnyAnswer> = {
    yes: isAboutAdapter(question)
      ? { result: 'SUCCESS', connection: question.connection }
      : { result: 'SUCCESS', state: 'connected' },
    no: { result: 'INVALID_CONNECTION' },
    pending: { result: 'PENDING', retryAfterMs: 5 },
    unexpected: { result: 'UNEXPECTED', reason: 'oh' },
  }
  happens(world, { type: 'answered', process: process.id, question, answer: answers[given]!, ms: 1 })
  send(world, process)
}

/** What waits goes to a process that is active. */
export function send(world: World, process: Simulated): void {
  if (process.phase !== 'active' || process.waiting.length === 0) return
  const list = process.waiting.splice(0)
  process.sent.push(...list)
  happens(world, { type: 'sent', process: process.id, ids: list.map(({ id }) => id) })
}

function claimOf(fence: number): HeldClaim {
  return {
    provider: 'p/main',
    adapter: adapter(`t${fence}`, fence),
    connection: `t${fence}`,
    evidence: null,
    fence,
  }
}

function factsOf(world: World): Facts {
  return {
    // Time stands still: the order of events is all that counts, and timers are events.
    now: () => 0,
    random: () => 0.5,
    held: () => world.held,
    refusal: ({ build }) => {
      if (world.quarantined.has(build)) return { state: 'quarantined', why: 'it failed', awaitsTrust: false }
      if (world.distrusted.has(build)) return { state: 'untrusted', why: 'not trusted', awaitsTrust: true }
      return null
    },
  }
}

function carryOut(world: World, effect: Effect): void {
  const { processes, timers } = world
  const process = 'process' in effect ? processes.get(effect.process) : undefined
  const running = (): Simulated => {
    if (process && process.phase !== 'dying') return process
    return fail(`${effect.do} for a process that does not run`)
  }
  switch (effect.do) {
    case 'spawn': {
      const { process: id, version } = effect
      const made = {
        id,
        build: version.build,
        wasStarted: true,
        waiting: [],
        sent: [],
        acts: [],
        cancels: [],
      }
      processes.set(id, { ...made, phase: 'spare' })
      break
    }
    case 'activate':
      if (running().phase !== 'spare') fail('a process loads one version, once')
      if (factsOf(world).refusal(effect.version)) fail('what may not run is not started')
      running().phase = 'loading'
      running().build = effect.version.build
      break
    case 'ask':
      for (const { id } of effect.questions)
        if (world.answers.get(id) === -1) fail('what is cancelled is asked no more')
      running().waiting.push(...effect.questions)
      break
    case 'take-back':
      if (!process) break
      process.waiting = process.waiting.filter(({ id }) => !effect.ids.includes(id))
      process.sent = process.sent.filter(({ id }) => !effect.ids.includes(id))
      break
    case 'cancel':
      if (!process) break
      process.waiting = process.waiting.filter(({ id }) => !effect.ids.includes(id))
      break
    case 'act': {
      const known = world.acts.get(keyOf(effect.act))!
      if (++known.sent > 1) fail('an act is sent at most once')
      if (known.isCancelled) fail('what is cancelled before it was sent is never sent')
      if (running().phase !== 'active') fail('an act is sent to an active process')
      running().acts.push(effect.act)
      break
    }
    case 'cancel-act': {
      const key = keyOf(effect.act)
      if (!running().acts.some((act) => keyOf(act) === key))
        fail('a cancel is told to the process that has the act')
      if (running().cancels.some((act) => keyOf(act) === key)) fail('a cancel is told once')
      running().cancels.push(effect.act)
      break
    }
    case 'kill': {
      const isLate = running().acts.some((act) => world.acts.get(keyOf(act))!.isCancelled)
      if (!isLate) fail('a process is killed only where an act goes on that was cancelled')
      die(running())
      break
    }
    case 'stop':
      if (process) die(process)
      break
    case 'timer':
      if (effect.ms === null) timers.delete(effect.timer)
      else timers.add(effect.timer)
      break
    case 'ask-later':
      world.later = true
      break
    case 'tell':
      tell(world, effect.event)
      break
    case 'tell-act-result': {
      const known = world.acts.get(keyOf(effect.act))!
      if (++known.results > 1) fail('an act has one result')
      if (effect.result.outcome === 'not-sent' && known.sent > 0) fail('what was sent is not called unsent')
      break
    }
    case 'tell-availability':
      world.told = availabilityOf(world.state).status
      break
    case 'quarantine':
      world.quarantined.add(effect.build)
      break
    case 'remember-good':
      world.good = effect.build
      // Another one may have taken over since, in the same step.
      if (!world.state.lineage.versions.some(({ build }) => build === effect.build))
        fail('what counts as good is the current build')
      break
    case 'inspect':
      if (running().phase !== 'active') fail('a debugger attaches to an active process')
      if ([...processes.values()].some(({ phase }) => phase === 'dying')) fail('one process has the port')
      break
    case 'note':
      break
  }
}

/** A property does not hold. */
export function fail(what: string): never {
  throw new Error(what)
}

/** The process answers nothing any more. */
export function die(process: Simulated): void {
  process.phase = 'dying'
  process.waiting = []
  process.sent = []
  process.acts = []
  process.cancels = []
}

function tell(world: World, event: ProviderEvent): void {
  switch (event.type) {
    case 'answer':
    case 'connection-answer':
      if (event.question.id < 0) fail("the supervisor's own questions are no business of the core")
      if ((event.type === 'answer') !== isAboutAdapter(event.question))
        fail('an answer is told as what it is about')
      count(world, event.question, event.answer)
      break
    case 'report':
      if (event.state === 'lost') world.held = world.held.filter(({ fence }) => fence !== event.fence)
      else world.wasTold = true
      break
    case 'progress':
      world.wasTold = true
      break
    case 'act-ended':
      fail('what came of an act is told by itself')
  }
}

function count(world: World, question: AnyQuestion, { result }: { result: string }): void {
  const { id } = question
  const before = world.answers.get(id) ?? 0
  if (before < 0) return
  world.answers.set(id, before + 1)
  if (before > 0) fail('a question has one answer')
  // The core believes what it is told of a claim.
  const isGivenUp = result === 'INVALID_CONNECTION' || result === 'NOT_SUPPORTED'
  if (isGivenUp && isAboutAdapter(question))
    world.held = world.held.filter(({ fence }) => fence !== question.fence)
}
