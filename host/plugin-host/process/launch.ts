import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { heapLimitMb, nurseryMb } from '../limits.js'

const runner = fileURLToPath(new URL('../runner/runner.js', import.meta.url))
const setpriv = ['/usr/bin/setpriv', '--pdeathsig=KILL', '--']

/**
 * Starts a plugin's process: a clean environment, a process group of its own (so that a Ctrl-C in the host's
 * terminal does not reach it, and its children can be ended with it), and the channel on descriptor 3.
 */
export function launch(): ChildProcess {
  const limits = [`--max-old-space-size=${heapLimitMb}`, `--max-semi-space-size=${nurseryMb}`]
  // Of V8's four helper threads a plugin needs one.
  const node = [process.execPath, ...limits, '--v8-pool-size=1', runner]
  const [command, ...args] = diesWithHost() ? [...setpriv, ...node] : node
  return spawn(command!, args, {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
}

let canDie: boolean | null = null

/**
 * Whether the kernel can be told to end the process with its host, even when its loop is stuck. Without
 * that it ends when it sees its channel closed, which takes a loop that turns.
 */
function diesWithHost(): boolean {
  if (canDie === null) {
    const { status, error } = spawnSync(setpriv[0]!, [...setpriv.slice(1), setpriv[0]!, '--version'], {
      env: {},
    })
    // Other failures are of the moment, and say nothing about the tool.
    if (error && (error as NodeJS.ErrnoException).code !== 'ENOENT') return false
    canDie = status === 0
  }
  return canDie
}
