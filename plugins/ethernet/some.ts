/** The first of them, and how many more there are. */
export function some(texts: readonly string[]): string {
  const named = texts.slice(0, 4).join(', ') || 'none'
  return texts.length > 4 ? `${named} and ${texts.length - 4} more` : named
}
