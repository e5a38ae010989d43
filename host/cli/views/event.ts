import type { EventHead } from '@claimd/sdk'
import type { Page } from '../page.js'
import { prose } from '../prose.js'
import { harmless, pad } from '../text.js'
import { localTime } from '../time.js'

/** One event as one line: time, adapter, type, message. */
export function show(event: EventHead<string>, page: Page): string {
  const time = page.colours.dim(localTime(event.at, page.now))
  const name = pad(harmless(event.name ?? '-'), 10)
  const merged = event.merged === undefined ? '' : page.colours.dim(` (the newest of ${event.merged})`)
  return `${time}  ${name}  ${page.colours.bold(pad(harmless(event.type), 16))}  ${prose(event.message, page)}${merged}\n`
}
