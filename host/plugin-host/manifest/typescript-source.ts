import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The TypeScript source that a plugin's `main` is compiled from: beside it, or where it would be if what is in
 * `dist/` was compiled from the folder itself or from `src/`.
 * @returns its path in the folder, or `null` when there is none
 */
export async function typescriptSource(folder: string, main: string): Promise<string | null> {
  const compiled = /^(?:\.\/)?(.*\.)([cm]?)js$/.exec(main)
  if (!compiled) return null
  const source = `${compiled[1]}${compiled[2]}ts`
  const places = [source]
  if (source.startsWith('dist/'))
    places.push(source.slice('dist/'.length), `src/${source.slice('dist/'.length)}`)
  for (const place of places) {
    const found = await stat(join(folder, place)).catch(() => null)
    if (found?.isFile()) return join(folder, place)
  }
  return null
}
