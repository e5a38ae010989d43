import { accessSync, constants } from 'node:fs'

const folders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin']

/** The programs of util-linux that build the jail. */
export type Tool = 'nsenter' | 'unshare' | 'setpriv' | 'prlimit'

/** The absolute path of a program, whatever the environment says; `null` when it is not installed. */
export function pathOf(program: string): string | null {
  const paths = folders.map((folder) => `${folder}/${program}`)
  return paths.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
