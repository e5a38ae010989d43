import type { ContextError, ExecService } from '@claimd/sdk'

/** A run that came to its end by itself, with all that it wrote. */
export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Why a run says nothing. */
export interface Failed {
  failed: string
}

export interface Run {
  program: string
  args: readonly string[]
  /** Written to its standard input as one line of JSON; `null` for nothing. */
  document: object | null
  /** How long it may take, in milliseconds. */
  timeoutMs: number
  signal?: AbortSignal
}

/** Runs a script once. It never rejects: whatever goes wrong is a reason for people. */
export async function runProgram(exec: ExecService, run: Run): Promise<Ended | Failed> {
  const { program, args, document, timeoutMs, signal } = run
  try {
    const {
      code,
      signal: endedBy,
      stdout,
      stderr,
      truncated,
    } = await exec.run(program, args, {
      timeoutMs,
      ...(document && { input: `${JSON.stringify(document)}\n` }),
      ...(signal && { signal }),
    })
    if (truncated) return failed(args, 'printed more than 256 KiB')
    if (code === null) return failed(args, `was ended by ${endedBy}${said(stderr)}`)
    return { code, stdout, stderr }
  } catch (error) {
    const { code, message, remedy } = error as ContextError
    if (code === 'TIME_OUT') return failed(args, `did not end within ${timeoutMs / 1000} s`)
    if (signal?.aborted) return failed(args, 'was ended: its answer is no longer wanted')
    return { failed: remedy ? `${message}; ${remedy}` : message }
  }
}

function failed([verb]: readonly string[], what: string): Failed {
  return { failed: `${verb} ${what}` }
}

/** The last line that it wrote to stderr, as an addition to a reason. */
export function said(stderr: string): string {
  const line = lastLine(stderr)
  return line === null ? '' : `: ${line}`
}

/** The last line with anything in it. */
export function lastLine(text: string): string | null {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.findLast((line) => line !== '') ?? null
}
