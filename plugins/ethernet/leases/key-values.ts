/** Reads lines of the form `KEY=value`; `[section]` lines give their name and a dot to the keys below them. */
export function readKeyValues(text: string): Map<string, string> {
  const values = new Map<string, string>()
  let section = ''
  for (const line of text.split('\n')) {
    const header = /^\[([^\]]*)\]$/.exec(line)
    const at = line.indexOf('=')
    if (header) section = `${header[1]}.`
    else if (at > 0 && !line.startsWith('#')) values.set(section + line.slice(0, at), line.slice(at + 1))
  }
  return values
}

/** A whole number that is not negative, as the records write it; otherwise not a number. */
export function wholeNumber(text: string | undefined): number {
  return /^\d{1,12}$/.test(text ?? '') ? Number(text) : Number.NaN
}
