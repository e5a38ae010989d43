import type { Fault } from '@claimd/sdk'

/** `index.js:3:9` in words: a source is named with line and column behind its path. */
const withPosition = /^(.*):(\d+):(\d+)$/s

/** The file of a fault, without line and column. */
export function fileOf({ file }: Pick<Fault, 'file'>): string {
  return withPosition.exec(file)?.[1] ?? file
}

/** Where in its file a fault is, such as `connections.office.type` or `line 3, column 9`; the whole file has no place. */
export function placeInFile({ file, field }: Pick<Fault, 'file' | 'field'>): string {
  const [, , line, column] = withPosition.exec(file) ?? []
  const position = line === undefined ? '' : `line ${line}, column ${column}`
  return [position, field].filter(Boolean).join(', ') || 'the whole file'
}

/** The places of faults: within their file where it is the same for all, else with the file, as short as can be. */
export function placesOf(faults: readonly Fault[]): string[] {
  const files = new Set(faults.map(fileOf))
  if (files.size <= 1) return faults.map(placeInFile)
  const folder = commonFolder([...files])
  return faults.map((fault) => {
    const place = placeInFile(fault)
    return `${fileOf(fault).slice(folder.length)}${place === 'the whole file' ? '' : `, ${place}`}`
  })
}

/** What a message about these faults is about: their file, or the folder that all of them are in. */
export function subjectOf(faults: readonly Fault[]): string {
  const files = [...new Set(faults.map(fileOf))]
  return files.length === 1 ? files[0]! : commonFolder(files).replace(/(.)\/$/, '$1')
}

/** The path of the innermost folder of all these files, with a slash behind it; empty when there is none. */
function commonFolder(files: readonly string[]): string {
  const [first = '', ...others] = files
  const steps = first.split('/')
  let depth = steps.length - 1
  while (depth > 0 && !others.every((file) => file.startsWith(`${steps.slice(0, depth).join('/')}/`))) depth--
  return depth === 0 ? '' : `${steps.slice(0, depth).join('/')}/`
}
