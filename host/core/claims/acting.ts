import type { Context } from './context.js'
import type { AdapterRecord, Moment } from './records.js'

/** What a plugin wants to do, or has done, to an adapter through the host. */
export interface Action {
  plugin: string
  /** Adapter id. */
  adapter: string
  /** Of the claim by which the plugin acts. */
  fence: number
  /** In words, such as `add address 10.0.0.1/24`. */
  what: string
}

export type ActionEvent =
  | (Action & { type: 'action-refused'; because: string })
  /** `changes`: what the link source will tell of it, in the words of `changeOf`. */
  | (Action & { type: 'acted'; changes: readonly string[] })

/** A change that its holder makes through the host is expected for so long, in milliseconds. */
const expectation = 10_000

/** Takes what came of a plugin's wish to act. Both are recorded, within the plugin's allowance. */
export function takeAction(context: Context, event: ActionEvent): void {
  const { plugin, adapter, fence, what } = event
  const record = context.adapters.get(adapter) ?? null
  const name = record?.adapter.name ?? adapter
  const detail = { plugin, fence, what, target: adapter }
  if (event.type === 'action-refused') {
    const message = `plugin ${plugin} may not ${what} on ${name}: ${event.because}`
    context.refusals.emit(context, event.type, record, `plugin ${plugin}`, message, {
      ...detail,
      because: event.because,
    })
    return
  }
  record?.expected.push(...event.changes.map((words) => ({ words, until: context.moment.now + expectation })))
  const message = `plugin ${plugin}, which holds ${name}, did ${what}`
  context.refusals.emit(context, event.type, record, `acts of ${plugin}`, message, detail)
}

/** Takes those of the changes that the holder was expected to make; what is left came from outside. */
export function splitChanges(
  record: AdapterRecord,
  words: readonly string[],
  { now }: Moment,
): { outside: string[]; byHolder: string[] } {
  record.expected = record.expected.filter(({ until }) => until >= now)
  const outside: string[] = []
  const byHolder: string[] = []
  for (const word of words) {
    const index = record.expected.findIndex((one) => one.words === word)
    if (index === -1) outside.push(word)
    else {
      record.expected.splice(index, 1)
      byHolder.push(word)
    }
  }
  return { outside, byHolder }
}
