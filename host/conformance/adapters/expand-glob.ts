import { compileGlob } from '../../core/claims/glob.js'

/** What a set such as `[!a-z]` is filled with: the first of these that it takes. */
const characters = '0abcdef123456789ghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:._-/@+'

/** Makes a value that fits a glob. @param fill stands for each `*` @returns `null` when nothing was found */
export function expandGlob(glob: string, fill: string): string | null {
  const value = glob.replace(/\*+|\?|\[!?[^\]]+\]/g, (part) => {
    if (part.startsWith('*')) return fill
    return [...characters].find(compileGlob(part)) ?? ''
  })
  return compileGlob(glob)(value) ? value : null
}
