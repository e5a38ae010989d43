import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'

/**
 * The TypeScript file of which the file that `main` names is compiled, or `null`. For `dist/NAME.js` it is
 * `dist/NAME.ts`, `NAME.ts` or `src/NAME.ts`, the first that is there; for `NAME.js` in another folder the one
 * beside it. `.mjs` is made of `.mts`, `.cjs` of `.cts`.
 * @param folder the plugin's folder
 * @returns its path, which begins with `folder`; with links followed it is a regular file within it
 */
export function typescriptSource(folder: string, main: string): string | null {
  const [, stem, kind] = /^(.+)\.([cm]?)js$/.exec(main.replace(/^\.\//, '')) ?? []
  if (stem === undefined) return null
  const inDist = /^dist\/(.+)$/.exec(stem)?.[1]
  const stems = inDist === undefined ? [stem] : [stem, inDist, `src/${inDist}`]
  const paths = stems.map((one) => join(folder, `${one}.${kind}ts`))
  return paths.find((path) => isFileWithin(folder, path)) ?? null
}

function isFileWithin(folder: string, path: string): boolean {
  try {
    const way = relative(realpathSync(folder), realpathSync(path))
    return !isAbsolute(way) && way.split(sep)[0] !== '..' && statSync(path).isFile()
  } catch {
    return false
  }
}
