/** What was found, for a reason: at most 60 characters of it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = jsonOf(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** A value that is nested some thousand deep is too much for `JSON.stringify`, though not for `JSON.parse`. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return 'a value that is nested too deep'
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
