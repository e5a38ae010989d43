import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { prepareMs } from './mount-namespace.js'
import { baseFlags } from './node-flags.js'
import { type Wrapping, wrap } from './wrapping.js'

const run = promisify(execFile)

const alone = { env: {}, cwd: '/', timeout: prepareMs }

/** Starts a Node behind walls, which looks for the stage. Says what went wrong, or `null`. */
export async function startFault(stage: string, wrapping: Wrapping): Promise<string | null> {
  const look = 'require("fs").accessSync(process.argv[1], 1)'
  const [command, ...args] = wrap([process.execPath, ...baseFlags, '-e', look, stage], wrapping)
  try {
    await run(command!, args, alone)
    return null
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    const lines = stderr.split('\n').filter((line) => /\w{3}/.test(line))
    // A stack trace begins with where, and says what later.
    return (lines.find((line) => /^\w*Error: /.test(line)) ?? lines.at(0) ?? message).trim()
  }
}

let known: Promise<number> | undefined

/**
 * What a Node that has just started has of the memory that the kernel limits, in bytes. Versions differ by
 * half a gigabyte that they only reserve. Measured once.
 */
export function memoryOfNode(): Promise<number> {
  known ??= measure()
  // What failed may work the next time.
  known.catch(() => {
    known = undefined
  })
  return known
}

async function measure(): Promise<number> {
  const show = 'process.stdout.write(require("fs").readFileSync("/proc/self/status", "utf8"))'
  const { stdout } = await run(process.execPath, [...baseFlags, '-e', show], alone)
  return Number(/^VmData:\s*(\d+) kB$/m.exec(stdout)?.[1] ?? 0) * 1024
}
