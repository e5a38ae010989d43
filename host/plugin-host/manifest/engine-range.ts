import semver from 'semver'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { shown } from '../../core/documents/shown.js'

const field = 'engines.claimd'
const example = 'such as "^1.0.0"'

/**
 * What is wrong with the range of host versions, or `null`. A range must have an end: nobody knows whether
 * a plugin works with a host that is yet to be written. Of the host's own version a pre-release tag is
 * dropped, so that 1.2.0-rc.1 counts as 1.2.0.
 */
export function engineRangeFault(range: string, hostVersion: string): FieldFault | null {
  const found = shown(range)
  if (range.trim() === '' || semver.validRange(range) === null) {
    return { field, found, expected: `a semantic version range, ${example}`, remedy: 'Correct the range' }
  }
  const parsed = new semver.Range(range)
  if (parsed.set.some((alternative) => !isBounded(alternative))) {
    const expected = `a range with an upper end, ${example}`
    return { field, found, expected, remedy: `Name the versions that it was tried with, ${example}` }
  }
  const { major, minor, patch } = semver.parse(hostVersion)!
  const host = `${major}.${minor}.${patch}`
  if (parsed.test(host)) return null
  return {
    field,
    found,
    expected: `a range that holds this host's version, ${host}`,
    remedy: semver.gtr(host, parsed)
      ? 'Use a version of the plugin that was made for this host'
      : 'Use a newer host, or an older version of the plugin',
  }
}

function isBounded(comparators: readonly semver.Comparator[]): boolean {
  return comparators.some(
    ({ operator, semver: version }) =>
      operator.startsWith('<') || (operator === '' && version instanceof semver.SemVer),
  )
}
