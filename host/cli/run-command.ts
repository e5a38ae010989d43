import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { claimdError } from '../core/errors.js'

/** A command that runs, with the input and output of this process. */
export interface RunningCommand {
  /** Resolves with its exit code; 128 and its number where a signal ended it. Rejects where it cannot be run. */
  ended: Promise<number>
  kill(signal: NodeJS.Signals): void
}

/** @param command the program, looked for in the PATH, and its arguments */
export function runCommand([program, ...args]: readonly string[]): RunningCommand {
  const child = spawn(program!, args, { stdio: 'inherit' })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(cannotRun(program!, error)))
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]))
  })
  return { ended, kill: (signal) => void child.kill(signal) }
}

function cannotRun(program: string, error: NodeJS.ErrnoException) {
  return claimdError('USAGE', {
    message: `the command ${program} cannot be run`,
    found: error.code ?? error.message,
    expected: 'a program that can be run',
    remedy: 'check its spelling, and the PATH',
  })
}
