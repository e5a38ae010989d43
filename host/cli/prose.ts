import type { Page } from './page.js'
import { asTyped } from './suggested-commands.js'
import { withLocalTimes } from './time.js'

/** A sentence of a document for a terminal: escaped, with local times, and commands as they have to be typed. */
export function prose(text: string, { now, command }: Pick<Page, 'now' | 'command'>): string {
  return asTyped(withLocalTimes(text, now), command)
}
