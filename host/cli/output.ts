import picocolors from 'picocolors'
import { exitCodeOf } from '../core/errors.js'
import { asClaimdError, showFailure } from './failure.js'
import { type Page, wantsColour, widthFor } from './page.js'
import { toJson } from './text.js'
import type { World } from './world.js'

/** A view turns a document into text for people. */
export type View<Document> = (document: Document, page: Page) => string

/** Where outcomes go: text for people, or with `--json` one document on standard output. */
export class Output {
  constructor(
    private readonly world: World,
    readonly json: boolean,
  ) {}

  page(): Page {
    const { stdout, env } = this.world
    return {
      width: widthFor(stdout, env),
      colours: picocolors.createColors(wantsColour(stdout, env)),
      now: this.world.now(),
    }
  }

  /** The one outcome of a command. */
  document<Document>(document: Document, view: View<Document>): void {
    this.text(this.json ? `${toJson(document, 2)}\n` : view(document, this.page()))
  }

  /** One of a command's many outcomes: with `--json` a line. */
  line<Document>(document: Document, view: View<Document>): void {
    this.text(this.json ? `${toJson(document)}\n` : view(document, this.page()))
  }

  text(text: string): void {
    this.world.stdout.write(text)
  }

  /**
   * Reports an error and returns its exit code. With `--json` people still find it on standard error; the
   * document is one line, because events may stand before it.
   */
  fail(thrown: unknown): number {
    const error = asClaimdError(thrown)
    if (this.json) this.text(`${toJson(error.document)}\n`)
    this.warn(error.document, showFailure)
    return exitCodeOf(error.code)
  }

  /** Tells people something on standard error, with `--json` too. */
  warn<Document>(document: Document, view: View<Document>): void {
    const { stderr, env } = this.world
    const page = {
      width: widthFor(stderr, env),
      colours: picocolors.createColors(wantsColour(stderr, env)),
      now: this.world.now(),
    }
    stderr.write(view(document, page))
  }
}
