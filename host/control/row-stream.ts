import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

/** So many rows become text in one go, which takes about a millisecond; more of them let others in between. */
const rowsAtOnce = 250

/**
 * A document with a list of rows, ready to be sent: as it is when it is short, else as a stream of its
 * text. The rows are those of the moment of asking, however long the client takes to read them.
 */
export function rowStream<Document extends object>(document: Document, key: keyof Document & string) {
  const rows = document[key] as readonly unknown[]
  return rows.length > rowsAtOnce ? Readable.from(pieces(document, key, rows)) : document
}

async function* pieces(document: object, key: string, rows: readonly unknown[]): AsyncGenerator<string> {
  // The list comes last, so that what comes before it is the document without its end.
  const before = Object.entries(document).filter(([name]) => name !== key)
  yield JSON.stringify({ ...Object.fromEntries(before), [key]: [] }).slice(0, -']}'.length)
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const text = JSON.stringify(rows.slice(at, at + rowsAtOnce)).slice(1, -1)
    yield at === 0 ? text : `,${text}`
    await setImmediate()
  }
  yield ']}'
}
