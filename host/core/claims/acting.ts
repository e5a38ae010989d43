import { type Difference, isSameDifference } from '../adapters/changes.js'
import type { Moment } from '../kernel/turn.js'
import type { Context } from './context.js'
import type { AdapterRecord } from './records.js'

/** What a plugin wants to do to an adapter through the host. */
export interface Action {
  plugin: string
  /** Adapter id. */
  adapter: string
  /** Of the claim by which the plugin acts. */
  fence: number
  /** In words, such as `add address 10.0.0.1/24`. */
  what: string
}

/** `changes`: what the link source will tell of it. */
export type ActionEvent =
  | (Action & { type: 'action-refused'; because: string })
  | (Action & { type: 'acts'; changes: readonly Difference[] })
  | (Action & { type: 'act-failed'; changes: readonly Difference[]; because: string })

/** A change that its holder makes through the host is expected for so long, in milliseconds. */
const expectation = 10_000

/** Takes what came of a plugin's wish to act. All of it is recorded, within the plugin's allowance. */
export function takeAction(context: Context, event: ActionEvent): void {
  const { type, plugin, adapter, fence, what } = event
  const record = context.adapters.get(adapter) ?? null
  const details = { plugin, fence, what, target: adapter }
  switch (type) {
    case 'action-refused': {
      const { because } = event
      context.refusals.emit(context, type, record, `plugin ${plugin}`, { ...details, because })
      break
    }
    case 'acts': {
      const until = context.moment.now + expectation
      record?.expected.push(...event.changes.map((difference) => ({ difference, until })))
      context.refusals.emit(context, type, record, `acts of ${plugin}`, details)
      break
    }
    case 'act-failed': {
      if (record) splitChanges(record, event.changes, context.moment)
      const { because } = event
      context.refusals.emit(context, type, record, `failures of ${plugin}`, { ...details, because })
    }
  }
}

/** Takes those of the changes that the holder was expected to make; what is left came from outside. */
export function splitChanges(
  record: AdapterRecord,
  differences: readonly Difference[],
  { now }: Moment,
): { outside: Difference[]; byHolder: Difference[] } {
  record.expected = record.expected.filter(({ until }) => until >= now)
  const outside: Difference[] = []
  const byHolder: Difference[] = []
  for (const difference of differences) {
    const index = record.expected.findIndex((one) => isSameDifference(one.difference, difference))
    if (index === -1) outside.push(difference)
    else {
      record.expected.splice(index, 1)
      byHolder.push(difference)
    }
  }
  return { outside, byHolder }
}
