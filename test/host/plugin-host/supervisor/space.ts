import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { keyOf } from '../../../../host/plugin-host/supervisor/acts.js'
import type { TimerName } from '../../../../host/plugin-host/supervisor/effects.js'
import type { Space } from '../../../harness/explore.js'
import { checkRest, checkStep } from './properties.js'
import {
  answer,
  askQuestion,
  askStatus,
  die,
  fail,
  happens,
  hold,
  type Limits,
  newWorld,
  type Simulated,
  send,
  version,
  type World,
} from './world.js'

/** All that can happen round a supervisor, within limits. */
export function spaceOf(limits: Limits): Space<World> {
  return {
    first: newWorld(limits),
    eventsOf,
    apply,
    clone: (world) => structuredClone(world),
    digestOf,
    isQuiet,
    isProgress,
    checkRest,
  }
}

/** The acts that have no result yet and were not cancelled. */
function wantedActs({ acts }: World): string[] {
  return [...acts].filter(([, one]) => one.results === 0 && !one.isCancelled).map(([key]) => key)
}

const builds = ['a', 'b', 'c', 'd']

/** Everything that can happen, each in a few words. */
export function eventsOf(world: World): string[] {
  const { state, left, timers, later, processes } = world
  const may = (kind: string) => (left[kind] ?? 0) > 0
  const events: string[] = []
  for (const timer of timers) events.push(`timer ${timer}`)
  if (later) events.push('later')
  for (const { id, phase, sent, waiting, acts, cancels } of processes.values()) {
    if (phase === 'loading') events.push(`active ${id}`)
    if (phase === 'dying') events.push(`ended ${id}`)
    if (phase === 'active' && waiting.length > 0) events.push(`send ${id}`)
    if (phase === 'active' && sent.length > 0) {
      events.push(`yes ${id}`)
      for (const other of ['no', 'pending', 'unexpected']) if (may(other)) events.push(`${other} ${id}`)
    }
    if (phase === 'active' && acts.length > 0) events.push(`acted ${id}`)
    if (phase === 'active' && cancels.length > 0) events.push(`overdue ${id}`)
    if (phase === 'active' && world.acts.size > 0 && may('progress')) events.push(`progress ${id}`)
    if (phase !== 'dying' && may('crash')) events.push(`crash ${id}`)
    if (phase === 'spare' || phase === 'loading') if (may('unstarted')) events.push(`unstarted ${id}`)
    if (phase === 'active' && may('lost') && world.held.length > 0) events.push(`lost ${id}`)
    if (phase === 'active' && may('suspended')) events.push(`suspended ${id}`)
  }
  if (state.retired !== null) return events
  if (may('save'))
    for (const build of builds.slice(0, left.builds! + 1))
      if (build !== state.wanted.build) events.push(`save ${build}`)
  for (const kind of ['reject', 'offer', 'status', 'act', 'disconnect', 'touch', 'retire', 'claim'])
    if (may(kind)) events.push(kind)
  if (world.held.length > 0) for (const kind of ['verify', 'release']) if (may(kind)) events.push(kind)
  if (may('cancel') && [...world.answers.values()].includes(0)) events.push('cancel')
  if (may('cancelAct') && wantedActs(world).length > 0) events.push('cancelAct')
  if (state.disabled !== null) events.push('enable')
  else if (may('disable')) events.push('disable')
  if (may('distrust')) for (const build of builds.slice(0, left.builds! + 1)) events.push(`distrust ${build}`)
  return events
}

export function apply(world: World, event: string): void {
  const [kind, what = ''] = event.split(' ')
  if (kind! in world.left) world.left[kind!]!--
  const process = world.processes.get(Number(what))
  if (process && kind! in ofProcesses) ofProcesses[kind!]!(world, process)
  else others[kind!]!(world, what)
  checkStep(world)
}

const ofProcesses: Record<string, (world: World, process: Simulated) => void> = {
  active(world, process) {
    process.phase = 'active'
    happens(world, { type: 'activated', process: process.id, pid: 1 })
  },
  ended(world, process) {
    world.processes.delete(process.id)
    happens(world, { type: 'ended', process: process.id, how: 'ended' })
  },
  send,
  yes: (world, process) => answer(world, process, 'yes'),
  no: (world, process) => answer(world, process, 'no'),
  pending: (world, process) => answer(world, process, 'pending'),
  unexpected: (world, process) => answer(world, process, 'unexpected'),
  suspended(world, process) {
    const isCurrent = world.state.current?.id === process.id
    const report = { connection: 'c', fence: 1, state: 'suspended', reason: 'so' } as const
    happens(world, { type: 'reported', process: process.id, ...report })
    if (world.wasTold !== isCurrent) fail('only the current version reports')
    world.wasTold = false
  },
  acted(world, process) {
    const act = process.acts.shift()!
    happens(world, { type: 'act-answered', process: process.id, act, answer: { result: 'SUCCESS' } })
  },
  overdue(world, process) {
    const act = process.cancels.shift()!
    const isOpen = process.acts.some((one) => keyOf(one) === keyOf(act))
    happens(world, { type: 'act-overdue', process: process.id, ms: 10, ...act })
    if (isOpen !== (process.phase === 'dying')) fail('a process ends where it goes on with a cancelled act')
  },
  /** Of the latest connect, whichever process has it, if one still has. */
  progress(world, process) {
    const fence = Number.parseInt([...world.acts.keys()].at(-1)!, 10)
    const isOpen = process.acts.some((act) => act.fence === fence && act.kind === 'connect')
    const provider = 'p/main'
    happens(world, { type: 'progressed', process: process.id, fence, provider, progress: {} })
    if (world.wasTold !== isOpen) fail('progress is told of what the process connects just then')
    world.wasTold = false
  },
  crash: (world, process) => failed(world, process, true),
  unstarted: (world, process) => failed(world, process, false),
  lost(world, process) {
    const { connection, fence } = world.held[0]!
    happens(world, {
      type: 'reported',
      process: process.id,
      connection,
      fence,
      state: 'lost',
      reason: 'gone',
    })
  },
}

const others: Record<string, (world: World, what: string) => void> = {
  timer(world, what) {
    const timer = what as TimerName
    world.timers.delete(timer)
    if (timer === 'acts') world.waitedForActs = true
    const { state, held } = world
    const isUnsure = state.doubts.size > 0 || held.some(({ fence }) => state.unconfirmed.has(fence))
    happens(world, { type: 'timer', timer })
    const { trial, standby } = state
    if (timer === 'acts' && trial?.phase === 'passed') fail('a trial waits for acts no longer than it may')
    if (timer === 'probation' && !isUnsure)
      world.prolonged = (standby?.acts.size ?? 0) > 0 ? world.prolonged + 1 : 0
  },
  later(world) {
    world.later = false
    happens(world, { type: 'ask-again' })
  },
  save(world, build) {
    const { onStartup } = world.state.wanted
    happens(world, { type: 'found', version: version(build, onStartup), touchedAt: 0 })
  },
  reject: (world) => happens(world, { type: 'rejected', why: 'faulty' }),
  offer: (world) => askQuestion(world, null),
  verify: (world) => askQuestion(world, world.held[0]!),
  status: askStatus,
  cancel(world) {
    const [id] = [...world.answers].find(([, answered]) => answered === 0)!
    world.answers.set(id, -1)
    happens(world, { type: 'cancel', ids: [id] })
  },
  act: (world) => act(world, 'connect'),
  disconnect: (world) => act(world, 'disconnect'),
  cancelAct(world) {
    const key = wantedActs(world)[0]!
    world.acts.get(key)!.isCancelled = true
    const [fence, kind] = key.split(' ') as [string, DialAct['kind']]
    happens(world, { type: 'cancel-act', act: { fence: Number(fence), kind } })
  },
  touch: (world) => happens(world, { type: 'touched' }),
  retire: (world) => happens(world, { type: 'retired', why: 'removed' }),
  claim: hold,
  release(world) {
    const { adapter, fence } = world.held.shift()!
    happens(world, { type: 'released', adapter: adapter.id, fence })
  },
  disable: (world) => happens(world, { type: 'disabled', why: 'disabled' }),
  enable: (world) => happens(world, { type: 'disabled', why: null }),
  distrust(world, build) {
    if (!world.distrusted.delete(build)) world.distrusted.add(build)
    happens(world, { type: 'consider' })
  },
}

function act(world: World, kind: DialAct['kind']): void {
  const fence = ++world.lastFence
  const one = { fence, kind, provider: 'p/main' }
  world.acts.set(keyOf(one), { sent: 0, results: 0, isCancelled: false })
  const parameters = { connection: { name: 'c', type: 't', config: '' }, adapter: null }
  happens(world, { type: 'act', act: { ...one, parameters } as DialAct })
}

function failed(world: World, process: Simulated, wasStarted: boolean): void {
  die(process)
  const why = wasStarted ? 'crash' : 'unstarted'
  happens(world, { type: 'failed', process: process.id, why, how: 'ended', wasStarted })
}

/** What a machine, a process or the system does by itself; the rest is the doing of people and of chance. */
export function isProgress(event: string): boolean {
  return /^(timer|later|active|ended|send|yes|acted|overdue)/.test(event)
}

/** Nothing is under way: no process starts, ends or has something to do, and no timer runs. */
export function isQuiet(world: World): boolean {
  const { state, held } = world
  // Such a version is watched until it has recognised what it holds, which only questions of the core can show.
  const isUnsure = held.some(({ fence }) => state.unconfirmed.has(fence))
  return !eventsOf(world).some((event) => isProgress(event) && !(isUnsure && event === 'timer probation'))
}

/** States that differ in numbers, times and words only are the same. */
export function digestOf(world: World): string {
  const { state, ...rest } = world
  const processes = [...state.processes.keys()]
  const order = new Map(processes.map((id, at) => [id, `#${at}`]))
  const own = new Map([...state.own.keys()].map((id, at) => [id, `own ${at}`]))
  const doubts = new Map([...state.doubts.keys()].map((id, at) => [id, `doubt ${at}`]))
  const seen = (key: string, value: unknown): unknown => {
    if (words.has(key)) return undefined
    if (key === 'objection' || key === 'disabled' || key === 'retired') return value !== null
    if (value instanceof Map) return [...value].map(([id, one]) => [named(id), one])
    if (value instanceof Set) return [...value].sort()
    if (key === 'process' && typeof value === 'number') return order.get(value)
    if (key === 'doubt' && typeof value === 'number') return doubts.get(value)
    if (key === 'id' && typeof value === 'number') return own.get(value) ?? value
    if (isProcess(value)) return { ...value, id: order.get(value.id) ?? value.id }
    if (isVersion(value)) return value.build
    return value
  }
  const named = (id: unknown) => own.get(id as number) ?? id
  const simulated = [...rest.processes.values()].map((one) => ({ ...one, process: one.id }))
  const supervisor = { ...state, processes: [...state.processes.values()] }
  return JSON.stringify({ supervisor, ...rest, processes: simulated }, seen)
}

const words = new Set([
  'because',
  'why',
  'lastFailure',
  'lastProcess',
  'lastOwn',
  'lastDoubt',
  'reason',
  'adapter',
  'touchedAt',
  'restarts',
  'parameters',
])

function isProcess(value: unknown): value is { id: number } {
  return typeof value === 'object' && value !== null && 'phase' in value && 'startedAt' in value
}

function isVersion(value: unknown): value is { build: string } {
  return typeof value === 'object' && value !== null && 'staged' in value
}
