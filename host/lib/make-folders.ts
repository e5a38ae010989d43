import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those above it that are missing. Node's own way of doing so does not end where the kernel lets nobody
 * make one, as in /proc.
 * @returns whether the folder was made; `false` where something is in its place already
 * @throws the error of the system
 */
export function makeFolders(folder: string, mode: number): boolean {
  try {
    mkdirSync(folder, { mode })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'ENOENT' || existsSync(dirname(folder))) throw error
    makeFolders(dirname(folder), mode)
    mkdirSync(folder, { mode })
    return true
  }
}
