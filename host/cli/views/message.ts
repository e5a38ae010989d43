import { harmless } from '../text.js'

/** An outcome that one sentence tells. */
export function show(document: { message: string }): string {
  return `${harmless(document.message)}\n`
}
