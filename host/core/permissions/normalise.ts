import type { DBusRule, ExecRule, LinkChange, Permissions } from '@claimd/sdk'

/** Permissions with every default filled in. */
export interface NormalPermissions {
  links: { change: LinkChange[]; create: string[] }
  exec: Required<ExecRule>[]
  dbus: Required<DBusRule>[]
  read: string[]
  network: boolean
}

/** What a plugin has that asks for nothing. */
export const noPermissions: Readonly<NormalPermissions> = normalisePermissions(undefined)

/**
 * Fills in every default, drops what stands twice and sorts what has no order, so that permissions which mean
 * the same are the same as JSON.
 */
export function normalisePermissions(permissions: Permissions | undefined): NormalPermissions {
  const { links, exec = [], dbus = [], read = [], network = false } = permissions ?? {}
  return {
    links: { change: sorted(links?.change ?? []), create: sorted(links?.create ?? []) },
    exec: sorted(
      exec.map(({ program, args = [], capabilities = [], network = true }) => ({
        program: typeof program === 'string' ? program : { configured: program.configured },
        args: [...args],
        capabilities: sorted(capabilities),
        network,
      })),
    ),
    dbus: sorted(
      dbus.map(({ name, path = '/**', call = [], signals = [] }) => ({
        name,
        path,
        call: sorted(call),
        signals: sorted(signals),
      })),
    ),
    read: sorted(read),
    network,
  }
}

/** Whether a plugin asks for nothing that an operator would have to grant. */
export function asksForNothing(permissions: Permissions): boolean {
  return JSON.stringify(normalisePermissions(permissions)) === JSON.stringify(noPermissions)
}

/** In code-point order of what stands there, each once. */
function sorted<T>(values: readonly T[]): T[] {
  const byText = new Map(values.map((value) => [JSON.stringify(value), value]))
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}
