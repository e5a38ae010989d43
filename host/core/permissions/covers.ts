import type { DBusRule, ExecRule, Permissions } from '@claimd/sdk'
import { compileGlob, isGlob } from '../claims/glob.js'
import { placeOf } from '../documents/place.js'
import { argumentCovers } from './argument.js'
import { describePermissions } from './describe.js'
import { changeIsGranted } from './link-change.js'
import { type NormalPermissions, normalisePermissions } from './normalise.js'
import { pathGlobCovers, starCovers } from './path-glob.js'

/** Something that is asked for and was not granted. */
export interface PermissionFault {
  /** Where in the manifest it is asked for, such as `permissions.exec[0]`. */
  field: string
  /** What is asked for, in words. */
  asked: string
  /** All of that kind that was granted, in words. */
  granted: string
}

/**
 * What of `asked` was not granted; nothing when all of it was. A glob that was granted covers the same glob,
 * and what it matches. It may find a fault where there is none; it never overlooks one.
 */
export function covers(granted: Permissions, asked: Permissions): PermissionFault[] {
  const given = normalisePermissions(granted)
  return piecesOf(asked)
    .filter(({ isGranted }) => !isGranted(given))
    .map(({ kind, path, piece }) => ({
      field: placeOf(['permissions', ...path]),
      asked: describePermissions(piece).join('; '),
      granted: describePermissions({ [kind]: given[kind] }).join('; ') || 'nothing of this kind',
    }))
}

/** The smallest part that is granted as a whole: a name, a program, a method. */
interface Piece {
  kind: keyof Permissions
  path: (string | number)[]
  piece: Permissions
  isGranted(given: NormalPermissions): boolean
}

/** In the order of the manifest; each list is taken as it stands there, so that its places are those of the file. */
function piecesOf(asked: Permissions): Piece[] {
  const pieces: Piece[] = []
  for (const [at, change] of (asked.links?.change ?? []).entries()) {
    pieces.push({
      kind: 'links',
      path: ['links', 'change', at],
      piece: { links: { change: [change] } },
      isGranted: ({ links }) => changeIsGranted(links.change, change),
    })
  }
  for (const [at, name] of (asked.links?.create ?? []).entries()) {
    pieces.push({
      kind: 'links',
      path: ['links', 'create', at],
      piece: { links: { create: [name] } },
      isGranted: ({ links }) => links.create.some((one) => nameCovers(one, name)),
    })
  }
  for (const [at, rule] of (asked.exec ?? []).entries()) {
    pieces.push({
      kind: 'exec',
      path: ['exec', at],
      piece: { exec: [rule] },
      isGranted: ({ exec }) => exec.some((one) => programCovers(one, rule)),
    })
  }
  for (const [at, rule] of (asked.dbus ?? []).entries()) pieces.push(...dbusPieces(rule, at))
  for (const [at, glob] of (asked.read ?? []).entries()) {
    pieces.push({
      kind: 'read',
      path: ['read', at],
      piece: { read: [glob] },
      isGranted: ({ read }) => read.some((one) => pathGlobCovers(one, glob)),
    })
  }
  if (asked.network) {
    pieces.push({
      kind: 'network',
      path: ['network'],
      piece: { network: true },
      isGranted: ({ network }) => network,
    })
  }
  return pieces
}

/** Each method and each signal for itself: they may have been granted by several rules. */
function dbusPieces(rule: DBusRule, at: number): Piece[] {
  const { name, path = '/**' } = rule
  return (['call', 'signals'] as const).flatMap((key) =>
    (rule[key] ?? []).map((member, place) => ({
      kind: 'dbus' as const,
      path: ['dbus', at, key, place],
      piece: { dbus: [{ name, path, [key]: [member] }] },
      isGranted: ({ dbus }) =>
        dbus.some(
          (one) =>
            one.name === name &&
            pathGlobCovers(one.path, path) &&
            one[key].some((pattern) => starCovers(pattern, member)),
        ),
    })),
  )
}

function nameCovers(granted: string, asked: string): boolean {
  // Of two globs with sets and `?` in them, only equal ones are known to match the same.
  return granted === asked || (!isGlob(asked) && compileGlob(granted)(asked))
}

function programCovers(granted: Required<ExecRule>, asked: ExecRule): boolean {
  const { args = [], capabilities = [], network = true } = asked
  return (
    sameProgram(granted.program, asked.program) &&
    granted.args.length === args.length &&
    granted.args.every((arg, at) => argumentCovers(arg, args[at]!)) &&
    capabilities.every((capability) => granted.capabilities.includes(capability)) &&
    (granted.network || !network)
  )
}

function sameProgram(a: ExecRule['program'], b: ExecRule['program']): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return a.configured === b.configured
}
