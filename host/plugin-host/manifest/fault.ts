import type { Fault } from '@claimd/sdk'

/** A fault without its file, which whoever collects the faults fills in. */
export type FieldFault = Omit<Fault, 'file'>

/** How a value that was found is shown. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
