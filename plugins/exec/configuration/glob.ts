/** Each `*` multiplies what a comparison may cost. */
const starLimit = 4

/** Compiles a glob for the whole text, as in a shell: `*`, `?`, `[a-z]`, `[!a-z]`. `null` when it is none. */
export function compileGlob(glob: string): RegExp | null {
  if ((glob.match(/\*+/g) ?? []).length > starLimit) return null
  const source = glob.replace(
    /\*+|\?|\[(!?)([^\]]+)\]|[\\^$.|+(){}[\]]/g,
    (part, not?: string, set?: string) => {
      if (part.startsWith('*')) return '.*'
      if (part === '?') return '.'
      if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^\]]/g, '\\$&')}]`
      return `\\${part}`
    },
  )
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    // Such as the set [z-a].
    return null
  }
}
