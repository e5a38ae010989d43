import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { Import } from './imports.js'

/** What of tsyringe the classes of a room need to say what they want injected. */
const decorators = ['injectable', 'inject']

/** What is wrong with the imports of a file, in words; nothing if the rules of the house hold. */
export function importFaults(path: string, imports: Import[]): string[] {
  const home = homeOf(path)
  const faults = imports.flatMap((found) => faultOf(found, path, home) ?? [])
  const rooms = new Set(imports.flatMap((found) => roomBeside(found, path)))
  if (home === 'host/' && path !== 'host/main.ts' && rooms.size > 1) {
    faults.push(`imports ${[...rooms].join(' and ')}, which only host/main.ts may`)
  }
  return faults
}

/** The folder that a file's relative imports should stay in. */
function homeOf(path: string): string {
  const [top, ...below] = path.split('/').slice(0, -1)
  if (top === 'sdk' || top === 'test') return `${top}/`
  const depth = top === 'samples' && below[0] === 'apps' ? 2 : 1
  return [top, ...below.slice(0, depth), ''].join('/')
}

function faultOf(found: Import, path: string, home: string): string | undefined {
  const { specifier } = found
  if (specifier === null) {
    return home === 'host/core/' ? 'imports what only the running program knows' : undefined
  }
  const allowed = specifier.startsWith('.')
    ? mayReach(posix.join(posix.dirname(path), specifier), found, home)
    : mayUse(specifier, found, path, home)
  return allowed ? undefined : `may not import ${describe(found)}`
}

function mayReach(target: string, { dynamic, typeOnly }: Import, home: string): boolean {
  if (target.startsWith(home) || home === 'test/') return true
  if (!home.startsWith('host/')) return false
  if (home === 'host/cli/') {
    // Only the command that starts the daemon loads it.
    if (target === 'host/main.js') return dynamic
    if (target.startsWith('host/app/')) return typeOnly
  }
  if (home === 'host/app/')
    return !['host/cli/', 'host/build/', 'host/main.js'].some((one) => target.startsWith(one))
  // Every room may import host/lib, which imports none of them. It uses Node, so the core may not import it.
  if (home === 'host/core/' || home === 'host/lib/') return false
  return target.startsWith('host/core/') || target.startsWith('host/lib/')
}

function mayUse(name: string, { typeOnly, names, dynamic }: Import, path: string, home: string): boolean {
  const ofSdk = /^@claimd\/sdk(\/|$)/.test(name)
  switch (home.split('/')[0]) {
    case 'sdk':
      // It is installed without the rest of the repository, and brings nothing along.
      return isBuiltin(name)
    case 'plugins':
      return isBuiltin(name) || name === '@claimd/sdk'
    case 'samples':
      if (isBuiltin(name)) return true
      if (!home.startsWith('samples/apps/')) return name === '@claimd/sdk'
      return name === '@claimd/sdk/client' || (name === '@claimd/sdk' && typeOnly)
    case 'test':
      return name !== 'uvu' || path === 'test/harness.ts' || path.startsWith('test/harness/')
  }
  if (home === 'host/core/') return ofSdk
  // Schemas are plain JSON Schema; the library that reads types from them would cost the start a fifth.
  if (name === 'typebox') return typeOnly
  if (home === 'host/' || home === 'host/app/' || home === 'host/build/') return true
  if (name === 'tsyringe')
    return !dynamic && names.length > 0 && names.every((each) => decorators.includes(each))
  return name !== 'reflect-metadata'
}

/** The room that a file directly in host/ reaches into; the core and host/lib are everybody's. */
function roomBeside({ specifier }: Import, path: string): string[] {
  if (!specifier?.startsWith('.')) return []
  const [, room, ...below] = posix.join(posix.dirname(path), specifier).split('/')
  return room === undefined || below.length === 0 || ['core', 'lib'].includes(room) ? [] : [room]
}

function describe({ specifier, typeOnly, dynamic, names }: Import): string {
  const how = dynamic ? ', dynamically' : typeOnly ? ', even as types' : ''
  return `${names.length > 0 ? `${names.join(', ')} from ` : ''}'${specifier}'${how}`
}
