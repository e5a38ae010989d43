import type { ExecService, ProgramListener, RunOptions } from '@claimd/sdk'
import { checkArguments, type HandleEvent } from '@claimd/sdk/wire'
import type { HostRequests } from './host-requests.js'
import { thrownText } from './thrown-text.js'

const usualTimeoutMs = 30_000

export function execService(requests: HostRequests): ExecService {
  return Object.freeze({
    async run(program: string, args: readonly string[], options?: RunOptions) {
      checkArguments('context.exec.run', [program, args, options])
      return run(requests, program, args, options ?? {})
    },
    async start(program: string, args: readonly string[], listener?: ProgramListener) {
      checkArguments('context.exec.start', [program, args, listener])
      return start(requests, program, args, listener ?? {})
    },
  })
}

async function run(
  requests: HostRequests,
  program: string,
  args: readonly string[],
  { input, timeoutMs = usualTimeoutMs, signal }: RunOptions,
) {
  signal?.throwIfAborted()
  const handle = requests.open(() => {})
  const abort = () => void requests.request('execKill', { handle }).catch(() => {})
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const params = { handle, program, args: [...args], timeoutMs, ...(input !== undefined && { input }) }
    const result = await requests.request('execRun', params)
    signal?.throwIfAborted()
    return result
  } catch (error) {
    // It may have been ended before it had begun.
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
    requests.close(handle)
  }
}

async function start(
  requests: HostRequests,
  program: string,
  args: readonly string[],
  { onOutput, onExit }: ProgramListener,
) {
  const tell = (event: HandleEvent) => {
    if (event.type === 'output') onOutput?.(event.text, event.stream)
    else if (event.type === 'exit') {
      requests.close(handle)
      onExit?.({ code: event.code, signal: event.signal })
    }
  }
  // Whoever called `start` hears nothing before it has the program.
  let started: Promise<unknown> = Promise.resolve()
  const handle = requests.open((event) => {
    started = started
      .then(() => tell(event))
      .catch((thrown) => console.error(`a listener: ${thrownText(thrown)}`))
  })
  const asked = requests.request('execStart', { handle, program, args: [...args] })
  started = asked.then(
    () => new Promise(setImmediate),
    () => {},
  )
  try {
    const { pid } = await asked
    return Object.freeze({
      pid,
      write: async (text: string) => {
        checkArguments('program.write', [text])
        await requests.request('execWrite', { handle, text, end: false })
      },
      end: async () => {
        await requests.request('execWrite', { handle, text: '', end: true })
      },
      kill: async (signal?: string) => {
        checkArguments('program.kill', [signal])
        await requests.request('execKill', { handle, ...(signal !== undefined && { signal }) })
      },
    })
  } catch (error) {
    requests.close(handle)
    throw error
  }
}
