/** A value in a few words. */
export function shown(value: unknown): string {
  return plain(typeof value === 'string' ? `'${value}'` : String(value), 80)
}

/** The fields of an error of the context by which the host knows it; `null` for any other. */
export function refusalOf(thrown: unknown): { code: string; found: string } | null {
  const { code, found } = Object(thrown) as { code?: unknown; found?: unknown }
  return typeof code === 'string' && typeof found === 'string' ? { code, found: plain(found) } : null
}

/** What was thrown. */
export function textOf(thrown: unknown): string {
  return plain(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown))
}

/** Short, and of one character each in JSON: a reply has the length of a reason. */
export function plain(text: string, limit = 200): string {
  const simple = text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, ' ')
  return simple.length > limit ? `${simple.slice(0, limit - 3)}...` : simple
}
