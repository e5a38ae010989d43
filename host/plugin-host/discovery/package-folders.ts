import { type FSWatcher, watch } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { ContentFile } from './content.js'
import { isIgnoredName } from './ignored.js'

/** How deep below a plugin folder changes are noticed at once: `dist/lib/part/file` is 3. */
export const watchDepth = 6

/** So many folders of packages are watched for one plugin. */
const packageFolderLimit = 1000

/**
 * The folders of a plugin's files that its own watch leaves out: packages, which have many files, and what lies deep.
 * @param root the plugin's folder, links followed
 */
export function packageFoldersOf(root: string, files: readonly ContentFile[]): string[] {
  const folders = new Set<string>()
  for (const { source } of files) {
    if (!isLeftOut(source)) continue
    // A package that is added or replaced is told by the folders above, up to where the plugin's own watch ends.
    for (
      let path = dirname(source);
      path !== '.' && path !== '/' && isLeftOut(join(path, 'x'));
      path = dirname(path)
    ) {
      const folder = isAbsolute(path) ? path : join(root, path)
      if (folders.has(folder)) break
      folders.add(folder)
      if (isAbsolute(path)) break
    }
  }
  return [...folders].sort()
}

function isLeftOut(source: string): boolean {
  const elements = source.split('/')
  return isAbsolute(source) || elements.includes('node_modules') || elements.length > watchDepth + 1
}

/**
 * Watches folders, each with one watch: that is enough to hear of the files in them.
 * @param problem hears of what is not watched
 * @returns the end of it
 */
export function watchFolders(
  folders: readonly string[],
  touched: () => void,
  problem: (message: string) => void,
): () => void {
  const watchers: FSWatcher[] = []
  const rest = folders.length - packageFolderLimit
  if (rest > 0) problem(`packages have ${rest} folders more than are watched`)
  for (const folder of folders.slice(0, packageFolderLimit)) {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || !isIgnoredName(name)) touched()
      })
      watchers.push(watcher.on('error', touched))
    } catch (error) {
      // One that is gone is found to be gone by the look that follows.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      problem((error as Error).message)
      break
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close()
  }
}
