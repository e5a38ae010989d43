import { damaged } from './state-errors.js'
import { sumOf } from './sums.js'

/** A row's object, as the bytes of its JSON, and the checksum that was written with it. */
export interface Data {
  data: Buffer
  sum: number
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * @param where what the checksum was made with
 * @throws a `ClaimdError` when the bytes are no longer those that were written
 */
export function decode<Value>({ data, sum }: Data, where: string, file: string): Value {
  if (sumOf(where, data) !== sum) throw damaged(file, `the checksum of ${where} is not that of its row`)
  try {
    return JSON.parse(utf8.decode(data)) as Value
  } catch (error) {
    throw damaged(file, `a row that is not JSON: ${(error as Error).message}`, error)
  }
}
