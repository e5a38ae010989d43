import picocolors from 'picocolors'
import { shellWord } from '../core/shell-word.js'
import { exitCodeOf } from './exit-codes.js'
import { asClaimdError, showFailure } from './failure.js'
import { type Page, type Stream, wantsColour, widthFor } from './page.js'
import { harmless, toJson } from './text.js'
import { paragraph } from './views/paragraph.js'
import type { World } from './world.js'

/** A view turns a document into text for people. */
export type View<Document> = (document: Document, page: Page) => string

/** Where outcomes go: text for people, or with `--json` one document on standard output. */
export class Output {
  readonly #socket: string | undefined
  /** How claimd is called: looked up once, and not for each of many outcomes. */
  #command: string | undefined

  /** @param socket the control socket that is named, if one is */
  constructor(
    private readonly world: World,
    readonly json: boolean,
    socket?: string,
  ) {
    this.#socket = socket
  }

  page(): Page {
    return this.pageOf(this.world.stdout)
  }

  errorPage(): Page {
    return this.pageOf(this.world.stderr)
  }

  private pageOf(stream: Stream): Page {
    const { env } = this.world
    return {
      width: widthFor(stream, env),
      colours: picocolors.createColors(wantsColour(stream, env)),
      command: this.command(),
      now: this.world.now(),
    }
  }

  private command(): string {
    const socket = this.#socket === undefined ? '' : ` --socket ${shellWord(this.#socket)}`
    this.#command ??= harmless(`${this.world.command()}${socket}`)
    return this.#command
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

  /** Tells people something beside the outcome, on standard error. */
  note(text: string): void {
    this.world.stderr.write(paragraph(this.errorPage(), 'note: ', text))
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
    this.world.stderr.write(view(document, this.errorPage()))
  }
}
