import type { Page } from '../page.js'
import { prose } from '../time.js'

/** An outcome that one sentence tells. */
export function show(document: { message: string }, { now }: Pick<Page, 'now'>): string {
  return `${prose(document.message, now)}\n`
}
