import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

let known: Promise<string[]> | undefined

/** The files that Node itself is made of: its program and the libraries that the loader looks up for it. */
export function nodeFiles(): Promise<string[]> {
  known ??= libraries(process.execPath).then((files) => [process.execPath, ...files])
  return known
}

/** As the loader finds them: often links. None when it is linked statically. */
async function libraries(program: string): Promise<string[]> {
  try {
    const { stdout } = await run('/usr/bin/ldd', [program], { env: {}, timeout: 5000 })
    return [...stdout.matchAll(/(?:^\s*|=> )(\/.*) \(0x/gm)].map(([, path]) => path!)
  } catch {
    return []
  }
}
