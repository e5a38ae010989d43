import type { Page, Stream } from './page.js'
import { prose } from './prose.js'
import { cut } from './text.js'

/** To the start of the line, and nothing behind it. */
const erase = '\r\x1b[K'

/**
 * Tells how far something has come, beside the outcome: on a terminal in one line that is written anew, elsewhere line by
 * line.
 */
export class LiveLine {
  readonly #isLive: boolean
  #last = ''

  constructor(
    private readonly stream: Stream,
    private readonly page: Page,
    env: NodeJS.ProcessEnv,
  ) {
    this.#isLive = Boolean(stream.isTTY) && env.TERM !== 'dumb'
  }

  tell(text: string): void {
    if (text === this.#last) return
    this.#last = text
    const line = prose(text, this.page)
    if (!this.#isLive) this.stream.write(`${line}\n`)
    // The last column stays free: a terminal would begin another line.
    else this.stream.write(erase + cut(line, this.page.width - 1))
  }

  /** Takes the line away, so that the outcome stands in its place. */
  end(): void {
    if (this.#isLive && this.#last !== '') this.stream.write(erase)
    this.#last = ''
  }
}
