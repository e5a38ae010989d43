import type { Page } from '../page.js'
import { paragraph } from './paragraph.js'

/** An outcome that one sentence tells. */
export function show(document: { message: string }, page: Page): string {
  return paragraph(page, '', document.message)
}
