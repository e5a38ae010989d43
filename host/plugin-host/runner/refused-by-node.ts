/** What Node's permission model may refuse: what the plugin wanted to do, and how plugins do it. */
const refusals: Readonly<Record<string, { wanted: string; way: string }>> = {
  FileSystemRead: {
    wanted: 'read',
    way: 'the host reads files for plugins: context.read, with permissions.read in the manifest',
  },
  FileSystemWrite: {
    wanted: 'write',
    way: 'a plugin writes to its own data folder (context.storage.folder) and nowhere else',
  },
  ChildProcess: {
    wanted: 'start a program',
    way: 'the host starts programs for plugins: context.exec, with permissions.exec in the manifest',
  },
  WorkerThreads: { wanted: 'start a thread', way: 'a plugin has one thread' },
  WASI: { wanted: 'use WASI', way: 'WebAssembly without WASI can be used' },
  Addon: {
    wanted: 'load a native addon',
    way: 'use a package without native code, or a program by context.exec, with permissions.exec in the manifest',
  },
  Inspector: { wanted: 'open a debugger', way: 'an operator opens one: claimd run --dev --inspect NAME' },
  Net: { wanted: 'use the network', way: 'permissions.network in the manifest gives it' },
}

/**
 * What the error of a refusal by Node's permission model does not say: what was refused, the resource, and the way that
 * plugins have instead. An empty text for any other error.
 */
export function refusedByNode(thrown: unknown): string {
  try {
    const { code, permission, resource } = thrown as { code?: string; permission?: string; resource?: string }
    // Node names no permission for addons, which need a flag of their own.
    const named =
      code === 'ERR_DLOPEN_DISABLED' ? 'Addon' : code === 'ERR_ACCESS_DENIED' ? permission : undefined
    const refusal = named === undefined ? undefined : refusals[named]
    if (!refusal) return ''
    const what = resource ? `${refusal.wanted} ${resource}` : refusal.wanted
    return `: Node's permission model (${named}) does not let a plugin ${what}; ${refusal.way}`
  } catch {
    return ''
  }
}
