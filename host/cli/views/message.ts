import type { Page } from '../page.js'
import { prose } from '../prose.js'

/** An outcome that one sentence tells. */
export function show(document: { message: string }, page: Pick<Page, 'now' | 'command'>): string {
  return `${prose(document.message, page)}\n`
}
