import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Kinds of resources that keep a process alive until somebody ends them. */
const lasting =
  /^(Timeout|FSEventWrap|StatWatcher|ProcessWrap|SignalWrap|Worker|MessagePort|(TCP|UDP|Pipe)\w*Wrap)$/

/** What keeps the process alive now and did not before. */
export function leftovers(before: readonly string[]): string[] {
  const rest = [...before]
  return process.getActiveResourcesInfo().filter((kind) => {
    const at = rest.indexOf(kind)
    if (at >= 0) rest.splice(at, 1)
    return at < 0 && lasting.test(kind)
  })
}

let collect: (() => void) | undefined

/** Memory that is in use after a collection, in bytes. */
export function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  collect ??= runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
