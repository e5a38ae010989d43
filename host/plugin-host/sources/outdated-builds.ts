import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Fault } from '@claimd/sdk'
import { typescriptSource } from '../manifest/typescript-source.js'

/**
 * The compiled files whose TypeScript source was written after them: what runs is not what the source says.
 * @param folder the plugin's own folder, not a copy: a copy has other times
 * @param compiled the files that the plugin imports, relative to it
 */
export async function outdatedBuilds(folder: string, compiled: Iterable<string>): Promise<Fault[]> {
  const own = [...compiled].filter((path) => !path.split('/').includes('node_modules'))
  const faults = await Promise.all(
    own.map(async (path): Promise<Fault[]> => {
      const source = typescriptSource(folder, path)
      if (source === null) return []
      const [written, built] = await Promise.all([writtenAt(source), writtenAt(join(folder, path))])
      if (written === null || built === null || written <= built) return []
      const found = `it is older than its source ${relative(folder, source)}, so it may not hold what that says`
      const remedy = 'Build the plugin again: npm run build'
      return [
        { file: join(folder, path), field: '', found, expected: 'a build of the source as it is', remedy },
      ]
    }),
  )
  return faults.flat()
}

async function writtenAt(file: string): Promise<bigint | null> {
  return stat(file, { bigint: true }).then(
    ({ mtimeNs }) => mtimeNs,
    () => null,
  )
}
