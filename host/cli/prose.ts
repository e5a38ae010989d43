import type { Page } from './page.js'
import { asTyped } from './suggested-commands.js'
import { wrap } from './text.js'
import { withLocalTimes } from './time.js'

/** A sentence broken into lines that fit; the command in it can be copied, as it is broken between its words only. */
export function proseLines(text: string, width: number, page: Pick<Page, 'now' | 'command'>): string[] {
  return wrap(prose(text, page), width, new Set(page.command.split(' ')))
}

/** A sentence of a document for a terminal: escaped, with local times, and commands as they have to be typed. */
export function prose(text: string, { now, command }: Pick<Page, 'now' | 'command'>): string {
  return asTyped(withLocalTimes(text, now), command)
}
