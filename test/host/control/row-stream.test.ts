import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import { rowStream } from '../../../host/control/row-stream.js'
import { suite } from '../../harness.js'

const test = suite('control/row-stream')

test('a long list of rows is sent in pieces, wherever in its document it stands', async () => {
  const rows = Array.from({ length: 600 }, (_, at) => ({ at }))
  for (const document of [
    { revision: 7, rows, added: ['a'], hidden: [] },
    { revision: 7, added: [], rows },
    { rows },
  ]) {
    const sent = rowStream(document, 'rows') as Readable
    assert.equal(JSON.parse(await text(sent)), document)
  }
  const short = { rows: rows.slice(0, 3), added: [] }
  assert.is(rowStream(short, 'rows'), short)
})

test.run()
