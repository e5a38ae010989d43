import { damaged } from './state-errors.js'

/** A row's object, as the bytes of its JSON. */
export interface Data {
  data: Buffer
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws a `ClaimdError` when the bytes are no longer those that were written */
export function decode<Value>({ data }: Data, file: string): Value {
  try {
    return JSON.parse(utf8.decode(data)) as Value
  } catch (error) {
    throw damaged(file, `a row that is not JSON: ${(error as Error).message}`, error)
  }
}
