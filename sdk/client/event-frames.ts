/** One server-sent event. */
export interface Frame {
  type: string
  data: string
}

/** Reads server-sent events out of a text that comes in pieces. Comments and empty events are left out. */
export async function* eventFrames(pieces: AsyncIterable<string>): AsyncGenerator<Frame, void, undefined> {
  let rest = ''
  let frame: { type: string; data: string[] } = { type: 'message', data: [] }
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      if (line === '') {
        if (frame.data.length > 0) yield { type: frame.type, data: frame.data.join('\n') }
        frame = { type: 'message', data: [] }
        continue
      }
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line)!
      if (field === 'event') frame.type = value!
      else if (field === 'data') frame.data.push(value!)
    }
  }
}
