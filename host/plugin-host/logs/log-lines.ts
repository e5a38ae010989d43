import { replaceUnprintable } from '../../core/documents/unprintable.js'

/** The longest line of a plugin's log, in UTF-16 units; the rest of it is cut off. */
export const logLineLimit = 2048

/** What a plugin may log within a window; what is over is dropped and counted. */
export const logBudget = { units: 64 * 1024, windowMs: 10_000 }

/** Where a line of a plugin's log came from; `channel` is the host's own word. */
export type LogStream = 'stdout' | 'stderr' | 'log' | 'warn' | 'error' | 'channel'

/**
 * Turns what a plugin writes into lines of a log: escaped, cut to a length, and within a budget. What is
 * over the budget is dropped and counted, and said in one line at the end of the window.
 */
export class LogLines {
  readonly #line: (text: string, stream: LogStream) => void
  readonly #dropped: (lines: number) => void
  #spent = 0
  #droppedLines = 0
  #windowEnd: NodeJS.Timeout | null = null

  constructor(line: (text: string, stream: LogStream) => void, dropped: (lines: number) => void) {
    this.#line = line
    this.#dropped = dropped
  }

  write(text: string, stream: LogStream): void {
    this.#windowEnd ??= setTimeout(() => this.close(), logBudget.windowMs).unref()
    const line = printable(text)
    if (this.#spent + line.length > logBudget.units) {
      this.#droppedLines++
      return
    }
    // An empty line costs as well, or there could be any number of them.
    this.#spent += line.length + 32
    this.#line(line, stream)
  }

  /** Splits a stream of text into lines. An endless line is cut off without being kept. */
  splitter(stream: LogStream): { write(text: string): void; end(): void } {
    let partial = ''
    const end = () => {
      if (partial !== '') this.write(partial, stream)
      partial = ''
    }
    return {
      write: (text) => {
        const lines = text.split('\n')
        for (const [index, line] of lines.entries()) {
          partial += line.slice(0, logLineLimit + 1 - partial.length)
          if (index === lines.length - 1) return
          this.write(partial, stream)
          partial = ''
        }
      },
      end,
    }
  }

  /** Ends the window: says what was dropped in it. */
  close(): void {
    if (this.#windowEnd) clearTimeout(this.#windowEnd)
    const dropped = this.#droppedLines
    this.#windowEnd = null
    this.#spent = 0
    this.#droppedLines = 0
    if (dropped > 0) this.#dropped(dropped)
  }
}

/** Cuts a line and escapes what could do more to a terminal than show text. */
function printable(text: string): string {
  const cut = text.length > logLineLimit ? `${text.slice(0, logLineLimit - 1)}…` : text
  return escapeControls(cut.replace(/\r$/, '').replaceAll('\t', '  '))
}

function escapeControls(text: string): string {
  return replaceUnprintable(text, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}
