/** A type of D-Bus. A dictionary is an array of entries. */
export type DBusType =
  | { kind: 'basic'; code: string }
  | { kind: 'variant' }
  | { kind: 'array'; of: DBusType }
  | { kind: 'dictionary'; key: string; of: DBusType }
  | { kind: 'struct'; fields: DBusType[] }

/** Descriptors (`h`) do not travel. */
const basicCodes = 'ybnqiuxtdsog'
/** D-Bus's own limit, of arrays and of structs. */
const deepest = 32

/** Reads a signature, which stands for any number of types. @throws Error with what is wrong */
export function parseSignature(text: string): DBusType[] {
  const reader = new SignatureReader(text)
  const types: DBusType[] = []
  while (!reader.isAtEnd) types.push(reader.type(0))
  return types
}

class SignatureReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  type(depth: number): DBusType {
    if (depth > deepest) throw new Error(`the signature ${this.#text} is nested too deeply`)
    const code = this.#next()
    if (code === 'v') return { kind: 'variant' }
    if (basicCodes.includes(code)) return { kind: 'basic', code }
    if (code === 'a') return this.#text[this.#at] === '{' ? this.#dictionary(depth) : this.#array(depth)
    if (code === '(') return this.#struct(depth)
    throw new Error(`the signature ${this.#text} has the unknown type ${code}`)
  }

  #array(depth: number): DBusType {
    return { kind: 'array', of: this.type(depth + 1) }
  }

  #dictionary(depth: number): DBusType {
    this.#next()
    const key = this.#next()
    if (!basicCodes.includes(key)) throw new Error(`${key} is no key of a dictionary in ${this.#text}`)
    const of = this.type(depth + 1)
    if (this.#next() !== '}') throw new Error(`a dictionary does not end in ${this.#text}`)
    return { kind: 'dictionary', key, of }
  }

  #struct(depth: number): DBusType {
    const fields: DBusType[] = []
    while (this.#text[this.#at] !== ')') fields.push(this.type(depth + 1))
    this.#next()
    if (fields.length === 0) throw new Error(`a struct is empty in ${this.#text}`)
    return { kind: 'struct', fields }
  }

  #next(): string {
    const code = this.#text[this.#at++]
    if (code === undefined) throw new Error(`the signature ${this.#text} ends too early`)
    return code
  }
}
