import { current } from './current.js'
import { tellRunner } from './messages.js'

export type Body = () => unknown

export interface Limit {
  /** Milliseconds after which a test or a hook has failed. Default: 30,000, enough on a machine that is busy. */
  timeout?: number
}

/** Runs `body` and rejects if it is not over in time; what it left running cannot be stopped. */
export async function withinLimit(
  title: string,
  body: Body,
  { timeout = 30_000 }: Limit = {},
): Promise<void> {
  current.title = title
  tellRunner({ type: 'start', title, limit: timeout })
  const started = performance.now()
  let timer: NodeJS.Timeout | undefined
  try {
    await Promise.race([
      // Called inside a promise, so that a throw at once is a rejection too.
      (async () => body())(),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not over after ${timeout} ms`)), timeout)
      }),
    ])
    const ms = performance.now() - started
    // A body that blocked the loop is over before the timer could say anything.
    if (ms > timeout) throw new Error(`took ${Math.round(ms)} ms, and its limit is ${timeout} ms`)
  } finally {
    clearTimeout(timer)
    current.title = ''
  }
}
