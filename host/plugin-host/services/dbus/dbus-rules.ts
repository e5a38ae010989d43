import type { DBusRule } from '@claimd/sdk'
import { compileGlob } from '../../../core/claims/glob.js'
import { claimdError } from '../../../core/errors.js'
import { describePermissions } from '../../../core/permissions/describe.js'
import { neverMember, neverService } from '../../../core/permissions/never-granted.js'
import { compilePathGlob } from '../../../core/permissions/path-glob.js'
import { dbusFaults } from '../../manifest/dbus-faults.js'
import type { Caller } from '../caller.js'
import { neverAllowed, notAllowed } from '../refusals.js'

/** A method or a signal of an object. */
export interface BusMember {
  name: string
  path?: string
  interface: string
  member: string
}

const shapes = {
  name: /^[A-Za-z_-][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/,
  path: /^\/$|^(\/[A-Za-z0-9_]+)+$/,
  interface: /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$/,
  member: /^[A-Za-z_][A-Za-z0-9_]*$/,
}

/** @throws NOT_ALLOWED, REQUEST_MALFORMED */
export function checkCall(caller: Caller, call: BusMember): void {
  admit(caller, call, 'call')
}

/**
 * @returns whether a signal comes from an object that was granted
 * @throws NOT_ALLOWED, REQUEST_MALFORMED
 */
export function checkSubscription(caller: Caller, wanted: BusMember): (path: string) => boolean {
  const rules = admit(caller, wanted, 'signals')
  return (path) => rules.some((rule) => isObjectOf(rule, path))
}

/** The rules that were granted and allow it. */
function admit(caller: Caller, what: BusMember, kind: 'call' | 'signals'): DBusRule[] {
  checkShape(what)
  const { name, path, interface: of, member } = what
  const where = path === undefined ? `at ${name}` : `of ${path} at ${name}`
  const asked = `${kind === 'call' ? 'call' : 'hear'} ${of}.${member} ${where} on the system bus`
  const never = neverService(name) ?? (kind === 'call' ? neverMember(name, `${of}.${member}`) : null)
  if (never !== null) throw neverAllowed(caller, asked, `${name} ${never}`)
  const rules = (caller.granted.dbus ?? []).filter(
    (rule) =>
      rule.name === name &&
      (path === undefined || isObjectOf(rule, path)) &&
      (rule[kind] ?? []).some((pattern) => isMemberOf(pattern, of, member)),
  )
  if (rules.length > 0) return rules
  const granted = describePermissions({ dbus: caller.granted.dbus ?? [] })
  const [fault] = dbusFaults([{ name, path, [kind]: [`${of}.${member}`] }])
  throw notAllowed(caller, asked, { granted, key: 'dbus', fault })
}

function isObjectOf({ path = '/**' }: DBusRule, object: string): boolean {
  return compilePathGlob(path)(object)
}

/** The interface stands for itself; the member may be a glob. */
function isMemberOf(pattern: string, of: string, member: string): boolean {
  const dot = pattern.lastIndexOf('.')
  return pattern.slice(0, dot) === of && compileGlob(pattern.slice(dot + 1))(member)
}

function checkShape(what: BusMember): void {
  for (const [key, shape] of Object.entries(shapes)) {
    const value = what[key as keyof typeof shapes]
    if (value === undefined || (shape.test(value) && value.length <= 255)) continue
    throw claimdError('REQUEST_MALFORMED', {
      message: `${JSON.stringify(value)} is no ${key} of D-Bus`,
      found: JSON.stringify(value),
      expected: `a ${key} as D-Bus writes it`,
      remedy: 'correct the call in the plugin',
    })
  }
}
