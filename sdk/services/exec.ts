/** How a program ended. */
export interface ProgramEnd {
  /** Its exit code; `null` when a signal ended it. As in a shell, a code of 128 + n counts as the signal n. */
  code: number | null
  /** The signal that ended it, such as `SIGTERM`, or `null`. */
  signal: string | null
}

export interface ProgramResult extends ProgramEnd {
  /** What it wrote, as UTF-8: the first 256 KiB of each. */
  stdout: string
  stderr: string
  /** Whether it wrote more than was kept. */
  truncated: boolean
}

export interface RunOptions {
  /** Written to its standard input, which then ends. Default: none. At most 256 KiB. */
  input?: string
  /** After so many milliseconds it is told to end (SIGTERM), 2 s later killed, and `run` rejects with `TIME_OUT`. Default: 30,000; at most 600,000. */
  timeoutMs?: number
  /** Ends it likewise when aborted; `run` then rejects with the signal's reason. */
  signal?: AbortSignal
}

export interface ProgramListener {
  /** Some of what it wrote, as UTF-8; a character is never cut. A program that writes faster than this is called has to wait. */
  onOutput?(text: string, stream: 'stdout' | 'stderr'): void
  /** It is gone, with everything that it wrote told before. Called once. */
  onExit?(end: ProgramEnd): void
}

/** A program that runs. */
export interface RunningProgram {
  /** Its process id. */
  readonly pid: number
  /** Writes to its standard input. Rejects with `PROGRAM_UNUSABLE` when it is gone. */
  write(text: string): Promise<void>
  /** Ends its standard input. */
  end(): Promise<void>
  /** Sends a signal. Without one it is told to end (SIGTERM), and killed when it is still there 2 s later. Resolves when that is sent. */
  kill(signal?: string): Promise<void>
}

/**
 * Programs of the machine that the manifest's `permissions.exec` names and the operator has granted, each with
 * the arguments that its rule allows. They run as the plugin's user, with the capabilities of the rule and no
 * others, no way to gain more, a PATH and nothing else in the environment, and the plugin's data folder as
 * their working folder. The file must belong to root (or to the user that the host runs as), with every folder on its
 * path, and nobody else may be able to write to them.
 *
 * A program ends with the plugin's process at the latest, and what it started ends with it: a daemon has to be
 * run in the foreground, by {@link start}. (An ordinary user's host cannot catch what left the process group.)
 *
 * Rejects with a {@link ContextError}: `NOT_ALLOWED`, `PROGRAM_UNUSABLE`, `TOO_MANY_REQUESTS` (16 run at once), `TIME_OUT`.
 *
 * @example
 * // "permissions": { "exec": [{ "program": "/sbin/udhcpc", "args": ["-n", "-q", "-i", "{adapter}"], "capabilities": ["NET_RAW"] }] }
 * const { code, stderr } = await context.exec.run('/sbin/udhcpc', ['-n', '-q', '-i', adapter.name])
 */
export interface ExecService {
  /** Runs a program to its end. An exit code other than 0 does not reject. @param program the absolute path */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProgramResult>
  /** Starts a program that runs on. */
  start(program: string, args: readonly string[], listener?: ProgramListener): Promise<RunningProgram>
}
