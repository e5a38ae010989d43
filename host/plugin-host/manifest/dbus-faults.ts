import type { FieldFault } from '../../core/documents/field-fault.js'
import type { Path } from '../../core/documents/place.js'
import { neverMember, neverService } from '../../core/permissions/never-granted.js'
import { entriesOf, faultAt, isRecord, repeated } from './record.js'

/** What is wrong with what a plugin asks of the system bus. */
export function dbusFaults(dbus: unknown): FieldFault[] {
  return entriesOf(dbus).flatMap(([at, rule]) => {
    if (!isRecord(rule)) return []
    const path = ['permissions', 'dbus', at]
    const { name, path: objects, call, signals } = rule
    const faults: FieldFault[] = []
    if (typeof name === 'string') faults.push(...nameFaults(name, [...path, 'name']))
    if (typeof objects === 'string') faults.push(...objectFaults(objects, [...path, 'path']))
    for (const key of ['call', 'signals'] as const) {
      const members = [...path, key]
      faults.push(...repeated(rule[key], members))
      for (const [place, member] of entriesOf(rule[key])) {
        if (typeof member !== 'string') continue
        faults.push(...memberFaults(member, { service: name, isCall: key === 'call' }, [...members, place]))
      }
    }
    const isEmpty = (list: unknown) => list === undefined || (Array.isArray(list) && list.length === 0)
    if (isEmpty(call) && isEmpty(signals)) {
      const expected = 'something in "call" or in "signals"'
      faults.push(faultAt(path, rule, expected, 'Say what it may call or hear, or remove the rule'))
    }
    return faults
  })
}

function nameFaults(name: string, path: Path): FieldFault[] {
  const wrong = (expected: string, remedy: string) => [faultAt(path, name, expected, remedy)]
  if (/[*?[\]]/.test(name)) {
    return wrong('the name of one service', 'Write a rule for each service: a glob would hold ones to come')
  }
  if (name.startsWith(':')) {
    return wrong('a well-known name', 'Use the name that the service asks for: this one changes')
  }
  if (!/^[A-Za-z_-][A-Za-z0-9_-]*(\.[A-Za-z_-][A-Za-z0-9_-]*)+$/.test(name) || name.length > 255) {
    return wrong('a bus name, such as "org.freedesktop.ModemManager1"', 'Correct the name')
  }
  const because = neverService(name)
  if (because) return wrong(`another service: this one ${because}`, 'Remove the rule: no plugin may use it')
  return []
}

function objectFaults(glob: string, path: Path): FieldFault[] {
  const [first, ...elements] = glob.split('/')
  const isWell = (element: string) => element === '**' || /^[A-Za-z0-9_*]+$/.test(element.replace('**', ' '))
  if (glob === '/' || (first === '' && elements.every(isWell))) return []
  const expected = 'an object path or a glob of such, as in "/org/freedesktop/ModemManager1/**"'
  return [faultAt(path, glob, expected, 'Correct the path')]
}

function memberFaults(
  member: string,
  { service, isCall }: { service: unknown; isCall: boolean },
  path: Path,
): FieldFault[] {
  const [, interfaceName, name] = /^(.*)\.([^.]*)$/.exec(member) ?? []
  const isInterface = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(interfaceName ?? '')
  if (!isInterface || !/^(?!\d)(?:[A-Za-z0-9_]|\*(?!\*))+$/.test(name ?? '') || member.length > 512) {
    const expected =
      'an interface and a member, as in "org.freedesktop.DBus.Properties.Get"; only the member may hold *'
    return [faultAt(path, member, expected, 'Correct it')]
  }
  const because = isCall ? neverMember(service, member) : null
  if (because === null) return []
  return [faultAt(path, member, `another method: this one ${because}`, 'Remove it: no plugin may call it')]
}
