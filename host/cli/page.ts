import type { Colors } from 'picocolors/types.js'

/** What a view is written on. */
export interface Page {
  /** In columns; infinite where nothing has to fit. */
  width: number
  /** Colours, or functions that leave the text alone. */
  colours: Colors
  /** How claimd is called, put in place of the word in commands that are suggested; see `asTyped`. */
  command: string
  now: Date
}

/** What a stream tells about its reader; `process.stdout` is one. */
export interface Stream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

const minWidth = 40

/**
 * The width that text has to fit: `COLUMNS` where it is a number, else that of the terminal, but not below 40. Where there
 * is neither (a pipe, a file), nothing is cut or broken: a row stays a line for grep and awk.
 */
export function widthFor(stream: Stream, env: NodeJS.ProcessEnv): number {
  const asked = /^\d{1,9}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : 0
  const width = asked || (stream.isTTY ? stream.columns : 0) || Number.POSITIVE_INFINITY
  return Math.max(width, minWidth)
}

/** Whether to write in colour: only on a terminal, and not where `NO_COLOR` asks for none. */
export function wantsColour(stream: Stream, env: NodeJS.ProcessEnv): boolean {
  return Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb'
}
