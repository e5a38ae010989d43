import { GoneAdapters } from '../../../../host/core/claims/gone-adapters.js'
import { Roster } from '../../../../host/core/claims/roster.js'
import { RowKind } from '../../../../host/core/kernel/rows.js'

/**
 * A copy of a whole world of objects, which goes on by itself: same classes, same cycles. What nothing ever
 * changes (functions, links and the rows made of them, providers and their places, questions, what a round's record
 * says) is shared, and so are the words about adapters that are gone.
 */
export function clone<T>(value: T): T {
  return copy(value, new Map()) as T
}

function copy(value: unknown, done: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null || isShared(value)) return value
  const known = done.get(value)
  if (known) return known
  const made = emptyLike(value)
  done.set(value, made)
  if (value instanceof Map && made instanceof Map) {
    for (const [key, one] of value) made.set(copy(key, done), copy(one, done))
  } else if (value instanceof Set && made instanceof Set) {
    for (const one of value) made.add(copy(one, done))
  } else if (value instanceof Roster) Object.assign(made, value)
  else {
    const [from, to] = [value as Record<string, unknown>, made as Record<string, unknown>]
    for (const key in from) to[key] = copy(from[key], done)
  }
  return made
}

function emptyLike(value: object): object {
  if (value instanceof Map) return new Map()
  if (value instanceof Set) return new Set()
  return Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value))
}

function isShared(value: object): boolean {
  if (value instanceof GoneAdapters || value instanceof RowKind || typeof value === 'function') return true
  if (value.constructor !== Object) return false
  const isLink = 'alternativeNames' in value
  const isProvider = 'priority' in value
  const isPlace = 'fit' in value
  const isQuestion = 'evidence' in value && 'kind' in value
  const isNote = 'skipped' in value
  const isConfigured = 'behaviour' in value
  const isCompleted = 'completedAt' in value
  const isRow = 'key' in value && 'value' in value
  return isLink || isProvider || isPlace || isQuestion || isNote || isConfigured || isCompleted || isRow
}
