import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { type FieldFault, shown } from './fault.js'

export type EntryFile = { path: string; fault: null } | { path: null; fault: FieldFault }

/** Finds the file that `main` names: a regular file inside the folder, also after links are followed. */
export async function findEntryFile(realFolder: string, main: string): Promise<EntryFile> {
  const wrong = (expected: string, remedy: string): EntryFile => ({
    path: null,
    fault: { field: 'main', found: shown(main), expected, remedy },
  })
  if (isAbsolute(main) || /[\\%\0]|^[a-z]+:|\/$/i.test(main)) {
    return wrong('a relative path of a file', 'write it like "./index.js"')
  }
  if (main.split('/').some((part) => /^\.[^./]/.test(part))) {
    return wrong('a path without names that start with a dot', 'such files are not watched; rename it')
  }
  if (!/\.[cm]?js$/.test(main)) {
    return wrong('a file that ends in .js, .mjs or .cjs', 'name the compiled file, with its ending')
  }
  if (leaves(realFolder, join(realFolder, main))) {
    return wrong('a file inside the folder', 'move the file into the folder')
  }
  const path = await realpath(join(realFolder, main)).catch(() => null)
  if (path === null) return wrong('a file that exists', 'build the plugin, or correct the name')
  if (leaves(realFolder, path)) {
    return wrong(`a file inside the folder; a link leads to ${path}`, 'put the file itself into the folder')
  }
  if (!(await stat(path)).isFile()) return wrong('a regular file', 'name the entry file')
  return { path, fault: null }
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || way === '..' || way.startsWith('../') || isAbsolute(way)
}
