import type { Setup } from './seen.js'

type World = Omit<Setup, 'limits'>
type Limits = Setup['limits']

const one: World = { connections: { a: {} }, adapters: ['eth0'] }
const always: World = { connections: { a: { behaviour: 'always-connected' } }, adapters: ['eth0'] }
const two: World = { connections: { a: {}, b: {} }, adapters: ['eth0'] }
const both: World = { connections: { a: {}, b: { behaviour: 'always-connected' } }, adapters: ['eth0'] }
const line: World = { connections: { a: {}, b: {} }, adapters: [], shareResource: true }
const shared: World = { connections: { a: {}, b: {} }, adapters: ['eth0'], shareLink: true }
const claimed: World = { connections: { a: {} }, adapters: ['eth0'], claims: 'eth0' }
const beside: World = { connections: { a: {}, b: {} }, adapters: ['eth0'], claims: 'eth0' }
const edited: World = { connections: { a: { source: 'api' } }, adapters: ['eth0'] }

const worlds = new Map([
  [one, 'one connection'],
  [always, 'one that is always connected'],
  [two, 'two connections and one adapter'],
  [both, 'two connections and one adapter, one of them always connected'],
  [line, 'two connections and a thing that has room for one'],
  [shared, 'two connections that share a link'],
  [claimed, 'one connection that is claimed'],
  [beside, 'two connections, one of them claimed'],
  [edited, 'one connection that was added through the API'],
])

const slice = (world: World, limits: Limits): Setup => ({ ...world, limits })

/**
 * What may happen beside providers answering yes, acts succeeding, and time passing at any moment. All of it together is too much
 * to be explored; each slice is explored entirely.
 */
export const small: readonly Setup[] = [
  slice(one, { connect: 1, disconnect: 1, kill: 1 }),
  slice(one, { connect: 1, cancel: 1, full: 1 }),
  slice(one, { once: 1, connect: 1, failure: 1 }),
  slice(one, { connect: 1, crash: 1, 'not-supported': 1 }),
  slice(always, { unplug: 1, plug: 1, fails: 1 }),
  slice(line, { connect: 1, once: 1 }),
  slice(claimed, { over: 1, failure: 1, kill: 1 }),
  slice(edited, { connect: 1, rewrite: 1 }),
]

export const full: readonly Setup[] = [
  ...small,
  slice(one, { connect: 2, disconnect: 1, cancel: 1, failure: 1 }),
  slice(one, { connect: 2, disconnect: 2, cancel: 1, interrupted: 1 }),
  slice(one, { connect: 2, disconnect: 1, kill: 1, failure: 1 }),
  slice(one, { connect: 1, disconnect: 1, kill: 2, carrier: 1 }),
  slice(one, { connect: 2, disconnect: 1, full: 2 }),
  slice(one, { connect: 1, disconnect: 1, full: 1, kill: 1, failure: 1 }),
  slice(one, { connect: 1, disconnect: 1, unplug: 1, plug: 1, carrier: 1 }),
  slice(one, { connect: 2, disconnect: 1, crash: 1, kill: 1 }),
  slice(one, { connect: 1, disconnect: 2, disable: 1, 'not-supported': 1 }),
  slice(one, { connect: 2, remove: 1, cancel: 1, kill: 1 }),
  slice(one, { connect: 1, reload: 1, carrier: 1, no: 1, fails: 1, kill: 1 }),
  slice(one, { once: 2, timed: 1, cancel: 1, failure: 1 }),
  slice(one, { connect: 1, unused: 1, cancel: 1, all: 1, 'not-supported': 1 }),
  slice(one, { connect: 2, release: 1, offer: 1, kill: 1 }),
  slice(one, { connect: 1, release: 1, offer: 1, full: 1, disconnect: 1 }),
  slice(one, { connect: 2, disconnect: 1, lost: 1, suspended: 1 }),
  slice(one, { connect: 2, off: 1, gone: 1, disconnect: 1 }),
  slice(one, { connect: 1, 'no-adapter': 2, unplug: 1, plug: 1 }),
  slice(always, { connect: 1, cancel: 1, disconnect: 1, kill: 1 }),
  slice(always, { disconnect: 1, 'not-supported': 1, unplug: 1, plug: 1, carrier: 1 }),
  slice(always, { off: 1, gone: 1, 'not-supported': 1, kill: 1 }),
  slice(always, { failure: 2, full: 1, kill: 1 }),
  slice(two, { connect: 2, disconnect: 1, failure: 1 }),
  slice(two, { connect: 2, kill: 1, cancel: 1 }),
  slice(two, { connect: 2, cancel: 1, unplug: 1, plug: 1 }),
  slice(two, { connect: 2, all: 1, full: 1 }),
  slice(two, { connect: 1, once: 1, crash: 1 }),
  slice(both, { connect: 1, disconnect: 1, failure: 1 }),
  slice(both, { connect: 1, release: 1, offer: 1, unplug: 1, plug: 1 }),
  slice(line, { connect: 2, disconnect: 1, cancel: 1 }),
  slice(line, { connect: 2, failure: 1, once: 1 }),
  slice(line, { connect: 2, kill: 1, disconnect: 1 }),
  slice(line, { connect: 2, crash: 1 }),
  slice(line, { connect: 2, full: 1 }),
  slice(shared, { connect: 2, disconnect: 1, kill: 1 }),
  slice(shared, { connect: 2, cancel: 1, failure: 1 }),
  slice(shared, { connect: 2, unplug: 1, plug: 1 }),
  slice(shared, { connect: 2, full: 1 }),
  slice(claimed, { over: 2, cancel: 1, kill: 1, failure: 1 }),
  slice(claimed, { over: 1, connect: 1, full: 1, cancel: 1 }),
  slice(claimed, { over: 1, disconnect: 2, release: 1, offer: 1 }),
  slice(claimed, { over: 1, unplug: 1, plug: 1, crash: 1 }),
  slice(claimed, { connect: 1, over: 1, no: 2, fails: 1, reload: 1 }),
  slice(beside, { connect: 2, over: 1, unplug: 1, plug: 1 }),
  slice(beside, { connect: 2, no: 1, release: 1, kill: 1 }),
  slice(edited, { connect: 1, edit: 1, rewrite: 1, disconnect: 1, failure: 1 }),
  slice(edited, { connect: 2, disconnect: 1, delete: 1, add: 1 }),
  slice(edited, { connect: 1, edit: 1, rewrite: 1, full: 1 }),
  slice(edited, { connect: 1, rewrite: 1, kill: 1, delete: 1, add: 1 }),
]

/** What may happen in a slice, in words. */
export function describe({ limits, ...world }: Setup): string {
  const [, what] = [...worlds].find(([{ connections }]) => connections === world.connections)!
  const words = Object.entries(limits).map(([verb, times]) => (times === 1 ? verb : `${verb} ${times} times`))
  return `${what}, ${words.join(', ')}`
}
