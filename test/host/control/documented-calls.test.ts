import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Daemon } from './daemon.js'
import { servedCalls } from './served-calls.js'

const test = suite('control/documented-calls')
const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The calls that the page lists, such as `POST /v1/plugins/:/enable`. */
function documented(): string[] {
  const page = readFileSync(join(root, 'host/docs/http-api.md'), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  return rows
    .flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`((?:GET|POST) \/v1[^`?]*)/g)])
    .flatMap(([, call]) => alternatives(call!.trim()))
    .map((call) => call.replace(/\{[^}]*\}/g, ':'))
}

/** `/v1/{a,b}` is `/v1/a` and `/v1/b`. */
function alternatives(call: string): string[] {
  const [list] = call.match(/\{[^}]*,[^}]*\}/) ?? []
  if (list === undefined) return [call]
  return list
    .slice(1, -1)
    .split(',')
    .map((one) => call.replace(list, one))
}

test('every call of the API is in the documentation, and no other', () => {
  const calls = servedCalls()
  assert.ok(calls.length > 15, 'the routes are read')
  assert.equal([...new Set(documented())].sort(), calls.sort())
})

test('every call can be made with the method that is documented', async () => {
  const daemon = await Daemon.start()
  try {
    const endless = ['GET /v1/events', 'POST /v1/connections/:/hold']
    for (const call of documented().filter((one) => !endless.includes(one))) {
      const [method, path] = call.split(' ') as ['GET' | 'POST', string]
      const { document } = await daemon.ask(method, path.replaceAll(':', 'x'))
      assert.not(['NOT_FOUND', 'METHOD_NOT_ALLOWED'].includes(String(document.code)), call)
    }
  } finally {
    await daemon.stop()
  }
})

test.run()
