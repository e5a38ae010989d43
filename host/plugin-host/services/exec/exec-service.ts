import { stat } from 'node:fs/promises'
import { constants } from 'node:os'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import type { ProgramEnd } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import type { Caller } from '../caller.js'
import { Handles, handleLimits } from '../handles.js'
import type { Handlers } from '../services.js'
import { allowedBy, type CommandLine } from './exec-rules.js'
import { execWalls } from './exec-walls.js'
import { KeptOutput } from './kept-output.js'
import { Program } from './program.js'
import { checkProgram, unusable } from './program-file.js'
import { programLimits } from './program-limits.js'
import { initName, wrapped } from './wrapping.js'

type Take = ConstructorParameters<typeof Program>[2]['take']

/** A program of a caller: it is asked for, runs, and is over. */
class Asked {
  program: Program | null = null
  /** It is to end, whether it runs yet or not. */
  over = false

  end(): void {
    this.over = true
    void this.program?.end()
  }

  kill(): void {
    this.over = true
    this.program?.kill()
  }
}

/** Runs programs for plugins: see `ExecService` in the SDK. */
export function execHandlers(): Handlers {
  const running = new Handles<Asked>('programs', handleLimits.programs, (asked) => asked.kill())

  async function start(caller: Caller, handle: number, command: CommandLine, take: Take): Promise<Program> {
    const asked = running.open(caller, handle, () => new Asked())
    try {
      const made = await make(caller, command, () => asked.over, take)
      asked.program = made
      void made.ended.finally(() => running.take(caller, handle)).catch(() => {})
      return made
    } catch (error) {
      running.take(caller, handle)
      throw error
    }
  }

  return {
    async execRun({ handle, input, timeoutMs, program, args }, caller) {
      const kept = { stdout: new KeptOutput(programLimits.kept), stderr: new KeptOutput(programLimits.kept) }
      const run = await start(caller, handle, { program, args }, (chunk, stream) => kept[stream].take(chunk))
      if (input !== undefined) run.write(input).catch(() => {})
      run.endInput()
      const end = await within(timeoutMs, run, program)
      const [stdout, stderr] = [kept.stdout.text, kept.stderr.text]
      failToStart(program, end, stderr)
      return { ...end, stdout, stderr, truncated: kept.stdout.truncated || kept.stderr.truncated }
    },
    async execStart({ handle, program, args }, caller) {
      const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
      const started = await start(caller, handle, { program, args }, (chunk, stream) => {
        const text = decoders[stream].write(chunk)
        return text === '' ? undefined : caller.tell(handle, { type: 'output', stream, text })
      })
      started.ended.then(
        (end) => caller.tell(handle, { type: 'exit', ...end }),
        () => {},
      )
      if (started.pid === null) await started.ended
      return { pid: started.pid! }
    },
    async execWrite({ handle, text, end }, caller) {
      const { program } = running.find(caller, handle) ?? {}
      if (!program) throw unusable(`with the handle ${handle}`, 'it is gone', 'start it again')
      if (text !== '') await program.write(text)
      if (end) program.endInput()
      return {}
    },
    async execKill({ handle, signal }, caller) {
      const asked = running.find(caller, handle)
      if (signal === undefined) asked?.end()
      else if (isSignal(signal)) await asked?.program?.signal(signal)
      else throw noSignal(signal)
      return {}
    },
  }
}

async function make(
  caller: Caller,
  command: CommandLine,
  isOver: () => boolean,
  take: Take,
): Promise<Program> {
  const bad = command.args.findIndex((arg) => arg.includes('\0'))
  if (bad >= 0) {
    throw claimdError('REQUEST_MALFORMED', {
      message: `Invalid argument 'args[${bad}]' of ${command.program}: found a NUL, expected text without one`,
      found: 'a NUL',
      expected: 'text without NUL, at which an argument would end',
      remedy: 'leave out the NUL, or hand the data over as `input`',
    })
  }
  const { capabilities = [], network = true } = await allowedBy(caller, command)
  await checkProgram(command.program, command.args)
  const walls = await execWalls()
  if (!walls.root && (capabilities.length > 0 || !network)) {
    const because = 'its rule gives it capabilities or an empty network, and the host is not root'
    throw unusable(command.program, because, 'run claimd as root')
  }
  const isFolder = await stat(caller.data).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  caller.signal.throwIfAborted()
  if (isOver()) throw unusable(command.program, 'it was ended before it started', 'start it again')
  const how = { user: walls.root ? caller.user : null, capabilities, network }
  const program = new Program(command, wrapped(command, how, walls), {
    cwd: isFolder ? caller.data : '/',
    apart: walls.processes,
    take,
  })
  tellOf(caller, command.program, program)
  return program
}

/** What it changes on links is recorded as a change while it ran. */
function tellOf(caller: Caller, program: string, { pid, ended }: Program): void {
  if (pid === null) return
  caller.child({ program, pid, running: true })
  ended.catch(() => {}).finally(() => caller.child({ program, pid, running: false }))
}

async function within(timeoutMs: number, run: Program, program: string): Promise<ProgramEnd> {
  const over = new AbortController()
  let late = false
  delay(timeoutMs, null, { signal: over.signal }).then(
    () => {
      late = true
      void run.end()
    },
    () => {},
  )
  const end = await run.ended.finally(() => over.abort())
  if (!late) return end
  throw claimdError('TIME_OUT', {
    message: `${program} was ended: it took longer than ${timeoutMs / 1000} s`,
    found: `more than ${timeoutMs} ms`,
    expected: `at most ${timeoutMs} ms`,
    remedy: 'give it more time with `timeoutMs`, or find out why it takes so long',
  })
}

/** Told by what has become the program, or could not. @throws PROGRAM_UNUSABLE */
function failToStart(program: string, { code }: ProgramEnd, stderr: string): void {
  const notFound = (code === 126 || code === 127) && stderr.startsWith(`${initName}: `)
  // What confines it says so when it cannot: in a container, root may lack a capability. These programs end as any other may,
  // with 1, so that only their own words tell.
  const notConfined = code !== 0 && /^(setpriv|prlimit|unshare): /.test(stderr)
  if (!notFound && !notConfined) return
  throw unusable(program, `it did not start: ${stderr.trim()}`, "see that the plugin's user may run it")
}

function noSignal(name: string) {
  return claimdError('REQUEST_MALFORMED', {
    message: `Invalid signal ${name}: there is no such signal`,
    found: name,
    expected: 'the name of a signal, such as SIGHUP',
    remedy: 'correct the name of the signal',
  })
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name)
}
