import { resolve } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { PathWatch } from '../../lib/path-watch.js'
import {
  type Configuration,
  parseConfiguration,
  type ReadOptions,
  readConfigurationText,
} from './configuration.js'

/** How long nothing must happen before the file is read: an editor may write it in several steps. */
const quietTime = 100

/** How often the file is read where the kernel has no events of it, in milliseconds. */
const rereadInterval = 10_000

export interface ConfigurationWatch {
  /** Ends the watch. Nothing is called any more from then on. */
  close(): Promise<void>
}

/**
 * Watches the configuration file. Each new content calls back once: with the configuration, or with what is
 * wrong with it; then the last good one stays valid. A content that is put back after a faulty one is new.
 * @param last what is known already: what differs from it is called back. Default: what is there now
 */
export function watchConfiguration(
  file: string,
  options: ReadOptions,
  onChange: (configuration: Configuration, text: string | null) => void,
  onFault: (fault: ClaimdError) => void,
  last: Look = lookAtConfiguration(file, options),
): ConfigurationWatch {
  const path = resolve(file)
  let known = last
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const rereadAfter = (ms: number) => {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(reread, ms)
  }
  const reread = () => {
    // Such as too many watches on this machine: the file is still read now and then.
    if (watch.isBlind) rereadAfter(rereadInterval)
    const next = lookAtConfiguration(path, options)
    if (closed || next.seen === known.seen) return
    known = next
    if (next.fault) onFault(next.fault)
    else onChange(next.configuration, next.text)
  }
  const watch = new PathWatch(path, () => rereadAfter(quietTime))
  // What was written between the look that is known and the beginning of the watch.
  void watch.ready.then(() => rereadAfter(quietTime))

  return {
    async close() {
      closed = true
      clearTimeout(timer)
      watch.close()
    },
  }
}

/** What the file was like. */
export type Look =
  | { seen: string; text: string | null; configuration: Configuration; fault?: undefined }
  | { seen: string; fault: ClaimdError }

/** `seen` is equal for equal contents, and for equal reasons why there are none. */
export function lookAtConfiguration(file: string, options: ReadOptions): Look {
  let text: string | null
  try {
    text = readConfigurationText(file, options)
  } catch (error) {
    const fault = error as ClaimdError
    return { seen: `fault ${fault.message} ${fault.found}`, fault }
  }
  const seen = text === null ? 'missing' : `text ${text}`
  try {
    return { seen, text, configuration: parseConfiguration(text ?? '{}', file) }
  } catch (error) {
    return { seen, fault: error as ClaimdError }
  }
}
