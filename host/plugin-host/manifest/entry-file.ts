import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { shown } from '../../core/documents/shown.js'
import { typescriptSource } from './typescript-source.js'

export type EntryFile = { path: string; fault: null } | { path: null; fault: FieldFault }

/**
 * Finds the file that `main` names: a regular file inside the folder, also after links are followed.
 * @param dev whether a file that is yet to be compiled will do, when its TypeScript source is there
 */
export async function findEntryFile(
  realFolder: string,
  main: string,
  { dev = false }: { dev?: boolean } = {},
): Promise<EntryFile> {
  const wrong = (expected: string, remedy: string, found = shown(main)): EntryFile => ({
    path: null,
    fault: { field: 'main', found, expected, remedy },
  })
  if (isAbsolute(main) || /[\\%\0]|^[a-z]+:|\/$/i.test(main)) {
    return wrong('a relative path of a file', 'Write it like "./index.js"')
  }
  if (main.split('/').some((part) => /^\.[^./]/.test(part))) {
    return wrong('a path without names that start with a dot', 'Rename it: such files are not watched')
  }
  if (!/\.[cm]?js$/.test(main)) {
    return wrong('a file that ends in .js, .mjs or .cjs', 'Name the compiled file, with its ending')
  }
  if (leaves(realFolder, join(realFolder, main))) {
    return wrong('a file inside the folder', 'Move the file into the folder')
  }
  const path = await realpath(join(realFolder, main)).catch(() => null)
  if (path === null) {
    const source = typescriptSource(realFolder, main)
    if (dev && source !== null) return { path: join(realFolder, main), fault: null }
    const remedy = 'Build the plugin, or correct the name'
    return wrong('a file that exists', source === null ? remedy : `${remedy}; run --dev needs no build`)
  }
  if (leaves(realFolder, path)) {
    const found = `${shown(main)}, a link to ${path}`
    return wrong('a file inside the folder', 'Put the file itself into the folder', found)
  }
  if (!(await stat(path)).isFile()) return wrong('a regular file', 'Name the entry file')
  return { path, fault: null }
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || way === '..' || way.startsWith('../') || isAbsolute(way)
}
