import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The files that Node itself is made of: its program and the libraries that the loader looks up for it. */
export async function nodeFiles(): Promise<string[]> {
  return [process.execPath, ...(await libraries(process.execPath))]
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
