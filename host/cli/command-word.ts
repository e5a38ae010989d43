import { realpathSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shellWord } from '../core/shell-word.js'

/** The folder of the package, seen from the compiled file. */
const packageFolder = resolve(fileURLToPath(import.meta.url), '../../../..')

/**
 * How this very claimd is called in a shell, in another terminal of the one who started it: `claimd` where the `PATH`
 * leads to it, `npx claimd` where npm started it in its own checkout, and else its path.
 * @param program the path by which it was started
 */
export function commandWord(env: NodeJS.ProcessEnv, program: string): string {
  const file = realPath(program)
  if (foldersOf(env.PATH).some((folder) => realPath(join(folder, 'claimd')) === file)) return 'claimd'
  const { npm_package_json: manifest } = env
  if (manifest !== undefined && realPath(dirname(manifest)) === realPath(packageFolder)) return 'npx claimd'
  return shellWord(resolve(program))
}

/** Those that npm puts before the others are on the path of what it starts only. */
function foldersOf(path = ''): string[] {
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !/\/node_modules\/\.bin\/?$/.test(folder))
}

/** The path without links; `null` when nothing is there. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
