import type { Fault } from '@claimd/sdk'

/** The first of the faults in a line. @param faults at least one */
export function firstFault(faults: readonly Fault[]): string {
  const { field, found, expected } = faults[0]!
  const place = field === '' ? '' : `${field}: `
  const others = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return `${place}found ${found}, expected ${expected}${others}`
}
