/** The placeholders that an argument of a program can end in. */
export const placeholders = ['adapter', 'connection', 'address', 'integer', 'word', 'data'] as const

export type Placeholder = (typeof placeholders)[number]

/** An argument as a permission writes it: a literal, and what may follow it. */
export interface ArgumentPattern {
  literal: string
  placeholder: Placeholder | null
}

/** Reads an argument of a permission; `null` when its braces are not those of one known placeholder at the end. */
export function parseArgument(text: string): ArgumentPattern | null {
  const [, literal, name] = /^([^{}]*)(?:\{([a-z]+)\})?$/.exec(text) ?? []
  if (literal === undefined) return null
  if (name === undefined) return { literal, placeholder: null }
  const placeholder = placeholders.find((one) => one === name)
  return placeholder === undefined ? null : { literal, placeholder }
}

/** What can be put in the place of `{word}`: nothing that is an option, a path or a pattern. */
export function isWord(text: string): boolean {
  return /^(?!-)[A-Za-z0-9._:@+-]+$/.test(text)
}

/** What can be put in the place of `{integer}`: at most 20 digits hold every number of 64 bits. */
export function isInteger(text: string): boolean {
  return /^-?\d{1,20}$/.test(text)
}

/**
 * Whether every argument that fits `asked` fits `granted`. It may say no where that is not seen; it never says
 * yes where it is not so.
 */
export function argumentCovers(granted: string, asked: string): boolean {
  if (granted === asked) return true
  const pattern = parseArgument(granted)
  const other = parseArgument(asked)
  if (!pattern || other?.placeholder !== null || !other.literal.startsWith(pattern.literal)) return false
  const rest = other.literal.slice(pattern.literal.length)
  switch (pattern.placeholder) {
    case 'word':
      return isWord(rest)
    case 'integer':
      return isInteger(rest)
    // What the others stand for is known only when the program is started.
    default:
      return false
  }
}
