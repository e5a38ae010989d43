import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseJson } from '../core/documents/json-syntax.js'
import { shown } from '../core/documents/shown.js'
import { claimdError } from '../core/errors.js'
import type { Beginning, Entry } from '../core/replay.js'
import { recordingFormat } from './recording-file.js'

/** A recording that is read as it is played. */
export interface Recording {
  beginning: Beginning
  entries: AsyncGenerator<Entry, void>
}

const kinds = ['turn', 'catch-up', 'check', 'failed']

/**
 * Opens a recording.
 * @throws a `ClaimdError`: `RECORDING_NOT_FOUND`, and `RECORDING_INVALID` with the line that is at fault, which may come
 *   only when that line is reached
 */
export async function readRecording(file: string): Promise<Recording> {
  const lines = linesOf(file)
  const first = await lines.next()
  if (first.done) throw invalid(file, 1, 'the end of the file', 'the beginning of a recording')
  return { beginning: beginningOf(file, first.value), entries: entriesOf(file, lines) }
}

interface Line {
  number: number
  text: string
}

/** @throws RECORDING_INVALID where the last line has no end */
async function* linesOf(file: string): AsyncGenerator<Line, void> {
  const stream = createReadStream(file, 'utf8')
  let number = 0
  let last = ''
  stream.on('data', (chunk) => {
    last = String(chunk).at(-1) ?? last
  })
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  const failed = new Promise<never>((_, reject) => stream.once('error', reject))
  failed.catch(() => {})
  const iterator = lines[Symbol.asyncIterator]()
  let before: Line | null = null
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), failed])
      if (before !== null) {
        if (next.done && last !== '\n')
          throw invalid(file, before.number, 'a line without an end', 'a whole line: the file was cut here')
        yield before
      }
      if (next.done) return
      before = { number: ++number, text: next.value }
    }
  } catch (error) {
    throw notReadable(file, error as NodeJS.ErrnoException)
  } finally {
    stream.destroy()
  }
}

async function* entriesOf(file: string, lines: AsyncGenerator<Line, void>): AsyncGenerator<Entry, void> {
  for await (const { number, text } of lines) {
    const value = parse(file, number, text)
    if (!kinds.includes(value.do as string) || (value.do === 'turn' && !Array.isArray(value.events)))
      throw invalid(file, number, shown(value), `an entry of a recording: ${kinds.join(', ')}`)
    yield value as unknown as Entry
  }
}

function beginningOf(file: string, { number, text }: Line): Beginning {
  const { recording, ...beginning } = parse(file, number, text)
  if (recording === undefined)
    throw invalid(file, number, shown(beginning), 'the beginning of a recording: claimd run --record FILE')
  if (recording !== recordingFormat)
    throw invalid(file, number, `a recording of format ${shown(recording)}`, `format ${recordingFormat}`)
  return beginning as unknown as Beginning
}

function parse(file: string, number: number, text: string): Record<string, unknown> {
  const { value, fault } = parseJson(text)
  if (fault !== null) throw invalid(file, number, fault.found, `JSON: ${fault.expected}`)
  if (typeof value !== 'object' || value === null) throw invalid(file, number, shown(value), 'a JSON object')
  return value as Record<string, unknown>
}

function invalid(file: string, line: number, found: string, expected: string) {
  return claimdError('RECORDING_INVALID', {
    message: `The recording ${file} has a fault in line ${line}`,
    found,
    expected,
    remedy: 'What stands before that line was played; give a whole recording for the rest',
  })
}

function notReadable(file: string, error: NodeJS.ErrnoException) {
  if (error.syscall === undefined) return error
  return claimdError(
    'RECORDING_NOT_FOUND',
    {
      message: `There is no recording ${file} that can be read`,
      found: error.message,
      expected: 'a recording, as made by: claimd run --record FILE',
      remedy: 'Correct the path, or read it as the user that it belongs to',
    },
    { cause: error },
  )
}
