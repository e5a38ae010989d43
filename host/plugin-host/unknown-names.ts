import type { FieldFault } from '../core/documents/field-fault.js'
import { nearest } from '../core/documents/nearest.js'
import { type Path, placeOf } from '../core/documents/place.js'
import { shown } from '../core/documents/shown.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'

/** The names that a configuration can use. */
export interface KnownNames {
  plugins: readonly string[]
  /** Full ids. */
  providers: readonly string[]
  connectionTypes: readonly string[]
}

/** Names in the configuration that no plugin has. A plugin may come later, so they are no reason to refuse it. */
export function unknownNames(
  { connections, offers, plugins }: OperatorConfiguration,
  known: KnownNames,
): FieldFault[] {
  const used: [Path, string, keyof KnownNames][] = [
    ...connections.map(({ name, type }) => use(['connections', name, 'type'], type, 'connectionTypes')),
    ...offers.order.map((id, at) => use(['offers', 'order', at], id, 'providers')),
    ...plugins.disabled.map((name, at) => use(['plugins', 'disabled', at], name, 'plugins')),
    ...Object.keys(plugins.pinned).map((name) => use(['plugins', 'pinned', name], name, 'plugins')),
  ]
  return used.flatMap(([path, name, kind]) =>
    known[kind].includes(name) ? [] : [unknownName(path, name, kind, known[kind])],
  )
}

function use(path: Path, name: string, kind: keyof KnownNames): [Path, string, keyof KnownNames] {
  return [path, name, kind]
}

const words = {
  plugins: { found: 'which no plugin is called', expected: 'the name of a plugin' },
  providers: { found: 'which no provider has as its id', expected: 'the full id of a provider' },
  connectionTypes: { found: 'which no provider has', expected: 'a connection type of a provider' },
}

/** More names than these would hide the rest of the message. */
const namesShown = 10

function unknownName(path: Path, name: string, kind: keyof KnownNames, known: readonly string[]): FieldFault {
  const names = [...new Set(known)].sort()
  const meant = names.find((one) => one.endsWith(`/${name}`)) ?? nearest(name, names)
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : ''
  return {
    field: placeOf(path),
    found: `${shown(name)}, ${words[kind].found}`,
    expected: `${words[kind].expected}: ${names.slice(0, namesShown).join(', ') || 'there is none'}${more}`,
    remedy: meant === null ? 'Correct it, or install the plugin' : `Did you mean "${meant}"?`,
  }
}
