import { mayNeverRead } from '../../../core/permissions/never-granted.js'
import { compilePathGlob, pathGlobsMeet } from '../../../core/permissions/path-glob.js'
import type { Caller } from '../caller.js'

/** What the kernel makes up: reading there can show much, and what a `**` at the root means is the disk. */
const kernelFolders = ['proc', 'sys']

interface CompiledGlob {
  glob: string
  fits(path: string): boolean
}

/** The files that a plugin may read. */
export class ReadGrant {
  readonly globs: readonly CompiledGlob[]

  constructor(globs: readonly string[]) {
    this.globs = globs.map(compileFileGlob)
  }

  /** Whether a path may be asked for. Where it leads is another question. */
  allows(path: string): boolean {
    return this.globs.some(({ fits }) => fits(path))
  }

  /**
   * Whether what was found there may be read.
   * @param real the file itself, all links followed
   */
  allowsFound(path: string, real: string): boolean {
    if (mayNeverRead(real)) return false
    // The links in /proc and /sys are the kernel's, and nobody can turn them elsewhere.
    const kernel = kernelFolderOf(path)
    return this.allows(real) || (kernel !== null && kernel === kernelFolderOf(real))
  }

  /** Whether there is a path that fits both this glob and a granted one. */
  meets(glob: string): boolean {
    return this.globs.some((granted) => pathGlobsMeet(granted.glob, glob))
  }
}

const grants = new WeakMap<Caller, ReadGrant>()

export function readGrantOf(caller: Caller): ReadGrant {
  const known = grants.get(caller)
  if (known) return known
  const grant = new ReadGrant(caller.granted.read ?? [])
  grants.set(caller, grant)
  return grant
}

/** As `compilePathGlob`; /proc and /sys are reached only by a glob that begins with them. */
export function compileFileGlob(glob: string): CompiledGlob {
  const matches = compilePathGlob(glob)
  const own = kernelFolderOf(glob)
  return {
    glob,
    fits: (path) => {
      const kernel = kernelFolderOf(path)
      return (kernel === null || kernel === own) && matches(path)
    },
  }
}

/** `proc` or `sys` for what the kernel makes up, else `null`. */
export function kernelFolderOf(path: string): string | null {
  const first = path.split('/').find((element) => element !== '')
  return first !== undefined && kernelFolders.includes(first) ? first : null
}
