import type { Colors } from 'picocolors/types.js'

/** What a view is written on. */
export interface Page {
  /** In columns. */
  width: number
  /** Colours, or functions that leave the text alone. */
  colours: Colors
  now: Date
}

/** What a stream tells about its reader; `process.stdout` is one. */
export interface Stream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

const usualWidth = 80
const leastWidth = 40

/** The terminal's width; 80 columns where there is no terminal. */
export function widthFor(stream: Stream): number {
  return stream.isTTY && stream.columns ? Math.max(stream.columns, leastWidth) : usualWidth
}

/** Whether to write in colour: only on a terminal, and not where `NO_COLOR` asks for none. */
export function wantsColour(stream: Stream, env: NodeJS.ProcessEnv): boolean {
  return Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb'
}
