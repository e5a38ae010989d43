/** A process that a plugin started through the host. */
export interface Child {
  plugin: string
  pid: number
  /** The path of its program. */
  program: string
}

/** A child of a plugin runs from now on, or has ended. */
export interface ChildEvent extends Child {
  type: 'child'
  running: boolean
}

/** So many are named where an event tells of them; the rest is counted. */
export const programsNamed = 3

/** The children of plugins that run. They may change links behind the host's back, and are under suspicion. */
export class Children {
  private readonly running = new Map<number, Child>()

  take({ plugin, pid, program, running }: ChildEvent): void {
    if (running) this.running.set(pid, { plugin, pid, program })
    // The number may be in use again before its end is told.
    else if (this.running.get(pid)?.plugin === plugin) this.running.delete(pid)
  }

  all(): Child[] {
    return [...this.running.values()]
  }
}

/** `dhcp-helper (pid 71) of plugin acme` @param more how many there are beside these */
export function nameChildren(children: readonly Child[], more: number): string {
  const names = children.map(({ plugin, pid, program }) => {
    const file = program.slice(program.lastIndexOf('/') + 1)
    return `${file} (pid ${pid}) of plugin ${plugin}`
  })
  if (more > 0) names.push(`${more} other${more > 1 ? 's' : ''}`)
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
