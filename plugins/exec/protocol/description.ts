import { type Rule, readRule } from '../configuration/rule.js'
import { isObject, shown } from './shown.js'
import { protocolVersion } from './verbs.js'

/** What a script says of itself. */
export interface Description {
  /** A name for people; `null` when it gave none. */
  label: string | null
  /** The verbs that it knows. Some may belong to later hosts. */
  verbs: ReadonlySet<string>
  /** It is asked about the adapters that fit any of these; `null` for all. */
  match: readonly Rule[] | null
}

const keys = ['protocol', 'label', 'verbs', 'match']
const labelLimit = 128
const ruleLimit = 64

/** Reads what a script printed for `describe`; the faults in words when it cannot be used. */
export function readDescription(text: string): Description | { faults: string[] } {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return { faults: [`it printed ${shown(text.trim())}, expected a JSON object`] }
  }
  if (!isObject(found)) return { faults: [`it printed ${shown(found)}, expected a JSON object`] }
  const faults: string[] = []
  const fault = (field: string, found: string, expected: string) =>
    void faults.push(`${field}: found ${found}, expected ${expected}`)
  const { protocol, label = null, verbs } = found
  // What else is in a document of another version cannot be judged.
  if (protocol !== protocolVersion) {
    return { faults: [`protocol: found ${shown(protocol)}, expected ${protocolVersion}`] }
  }
  for (const key of Object.keys(found)) {
    if (!keys.includes(key)) fault(key, shown(found[key]), `no such key; there are ${keys.join(', ')}`)
  }
  if (label !== null && (typeof label !== 'string' || label === '' || label.length > labelLimit)) {
    fault('label', shown(label), `a text of at most ${labelLimit} characters`)
  }
  const known = readVerbs(verbs)
  if (known === null) fault('verbs', shown(verbs), 'a list of verbs with "offer" or "connect" among them')
  const match = found.match === undefined ? null : readMatch(found.match, fault)
  if (faults.length > 0 || known === null) return { faults }
  return { label: label as string | null, verbs: known, match }
}

function readVerbs(verbs: unknown): Set<string> | null {
  if (!Array.isArray(verbs) || verbs.some((verb) => typeof verb !== 'string')) return null
  return verbs.includes('offer') || verbs.includes('connect') ? new Set(verbs) : null
}

function readMatch(match: unknown, fault: (field: string, found: string, expected: string) => void): Rule[] {
  if (Array.isArray(match) && match.length > 0 && match.length <= ruleLimit) {
    return match.flatMap((rule, index) => readRule(rule, `match[${index}]`, fault) ?? [])
  }
  fault('match', shown(match), `a list of 1 to ${ruleLimit} rules, such as [{"name": "lab*"}]`)
  return []
}
