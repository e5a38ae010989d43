import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { prepareMs } from './mount-namespace.js'
import { baseFlags } from './node-flags.js'
import { type Wrapping, wrap } from './wrapping.js'

const run = promisify(execFile)

const alone = { env: {}, cwd: '/', timeout: prepareMs }

/**
 * Goes to the stage behind walls and starts Node there, which only says its version: to make a heap takes it a hundred
 * times as long. Says what went wrong, or `null`.
 */
export async function startFault(stage: string, wrapping: Wrapping): Promise<string | null> {
  const look =
    'cd "$1" 2>/dev/null || { echo "the user of plugins cannot come to $1" >&2; exit 1; }; shift; exec "$@"'
  const node = [process.execPath, ...baseFlags, '--version']
  const [command, ...args] = wrap(['/bin/sh', '-c', look, 'sh', stage, ...node], wrapping)
  try {
    await run(command!, args, alone)
    return null
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    return (stderr.split('\n').find((line) => /\w{3}/.test(line)) ?? message).trim()
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
