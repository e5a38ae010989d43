import type { Capability } from '@claimd/sdk'
import type { CommandLine } from './exec-rules.js'
import { type ExecWalls, processNamespace } from './exec-walls.js'
import { programLimits } from './program-limits.js'

/** How a program is to be run. */
export interface Confinement {
  /** `null`: the host's own user. */
  user: { uid: number; gid: number } | null
  capabilities: readonly Capability[]
  /** In the host's network, or in an empty one. */
  network: boolean
}

/** Under this name the shell that is the first process of a namespace complains. */
export const initName = 'claimd-init'

/**
 * The first process of a process namespace: it buries orphans, and when the program has ended it ends, and
 * everything else in the namespace with it. The program itself cannot be that process, which signals do not end.
 */
const init = ['/bin/sh', '-c', 'unset PWD OLDPWD; exec 3>&2 2>/dev/null; "$@" 2>&3 3>&-; exit "$?"', initName]

/** The whole command, which takes away what the program is not to have and then becomes it. */
export function wrapped({ program, args }: CommandLine, how: Confinement, walls: ExecWalls): string[] {
  const { nofile, nproc } = programLimits
  const limited = ['/usr/bin/prlimit', `--nofile=${nofile}`, `--nproc=${nproc}`, '--core=0', '--']
  const command = [...limited, ...(walls.processes ? init : []), program, ...args]
  const dies = ['/usr/bin/setpriv', '--pdeathsig=KILL']
  if (!walls.root)
    return [...dies, '--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all', '--', ...command]
  const namespaces = [...(walls.processes ? processNamespace : []), ...(how.network ? [] : ['--net'])]
  const apart = namespaces.length > 0 ? [...dies, '--', '/usr/bin/unshare', ...namespaces, '--'] : []
  return [...apart, ...dies, ...rights(how), '--', ...command]
}

function rights({ user, capabilities }: Confinement): string[] {
  const set = ['-all', ...capabilities.map((capability) => `+${capability.toLowerCase()}`)].join(',')
  const become = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []
  return [...become, '--no-new-privs', `--bounding-set=${set}`, `--inh-caps=${set}`, `--ambient-caps=${set}`]
}
