import { Worker } from 'node:worker_threads'
import type { FieldFault } from '../../core/documents/field-fault.js'
import type { SettingsOf } from './connection-config-faults.js'

/** Checking settings of connections by a plugin's schema: how long for one schema, and with how much heap, in MiB. */
const connectionConfigCheck = { timeoutMs: 5000, heapMb: 32 }

/** What came of checking the settings of some connections. */
export interface CheckedSettings {
  /** Of each connection, in their order. */
  faults: FieldFault[][]
  /** Why they could not be checked. */
  failed: string | null
}

/**
 * Checks settings of connections in a thread of their own, which ends when it is done: a schema is a plugin's,
 * and may be one that is never done with (a pattern can take for ever); and what checks it needs memory that
 * the host would never give back.
 * @param signal ends the check; what was not checked then has failed
 */
export async function checkConnectionConfig(
  settings: readonly SettingsOf[],
  { signal, timeoutMs = connectionConfigCheck.timeoutMs }: { signal: AbortSignal; timeoutMs?: number },
): Promise<CheckedSettings[]> {
  const results: CheckedSettings[] = []
  while (results.length < settings.length) {
    const why = await runThread(settings.slice(results.length), results, { signal, timeoutMs })
    // The one that it was at when it ended early. Those behind it get another thread.
    if (results.length < settings.length) results.push({ faults: [], failed: why })
  }
  return results
}

/** Resolves when the thread has ended, with the reason if it did not come to its end. */
function runThread(
  settings: readonly SettingsOf[],
  results: CheckedSettings[],
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<string> {
  if (signal.aborted) return Promise.resolve('the host is stopping')
  return new Promise((resolve) => {
    const { heapMb } = connectionConfigCheck
    const thread = new Worker(new URL('./check-connection-config.thread.js', import.meta.url), {
      workerData: settings,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 4 },
    })
    let why = 'the check ended early'
    const end = (because: string) => {
      why = because
      void thread.terminate()
    }
    const late = () => end(`the check took longer than ${timeoutMs} ms`)
    let timer = setTimeout(late, timeoutMs)
    const abort = () => end('the host is stopping')
    signal.addEventListener('abort', abort)
    thread.on('message', ({ faults, failed }: CheckedSettings) => {
      results.push({ faults, failed })
      clearTimeout(timer)
      timer = setTimeout(late, timeoutMs)
    })
    thread.on('error', (error) => {
      why = error.message
    })
    thread.on('exit', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      resolve(why)
    })
  })
}
