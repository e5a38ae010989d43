import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { eventTypes as filterTypes } from '../../host/control/event-types.js'
import { suite } from '../harness.js'

const test = suite('structure/documented-events')
const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The ways in which the source names the type of an event. */
const ways = [
  /\bemit\(\s*(?:context,\s*)?'([a-z-]+)'/g,
  /\bemit\(\w+ \? '([a-z-]+)' : '([a-z-]+)'/g,
  /#?\bnote\(\s*(?:step,\s*)?'([a-z-]+)'/g,
  /#?\bnote\(\w+ \? '([a-z-]+)' : '([a-z-]+)'/g,
  /\bnote(?::|\() ?\{ type: '([a-z-]+)'/g,
  /\bnote = (?:\w+\s*\? )?\{\s*type: '([a-z-]+)'/g,
  /: \{ type: '(socket-[a-z-]+)'/g,
  /\{ \.\.\.about, type: '([a-z-]+)'/g,
  /const type = [^\n]*\? '([a-z-]+)' : '([a-z-]+)'/g,
]

function eventTypes(): Set<string> {
  const found = new Set<string>()
  for (const folder of ['core', 'plugin-host', 'app', 'control', 'links', 'store', '.']) {
    const names = readdirSync(join(root, 'host', folder), { recursive: folder !== '.' }) as string[]
    for (const name of names.filter((one) => one.endsWith('.ts'))) {
      const text = readFileSync(join(root, 'host', folder, name), 'utf8')
      for (const way of ways)
        for (const [, ...types] of text.matchAll(way)) for (const type of types) if (type) found.add(type)
    }
  }
  // What a server emits to the program itself, and what only the conformance kit hears.
  for (const own of ['connection', 'request', 'plugin-log']) found.delete(own)
  return found
}

test('every type of event is in the documentation', () => {
  const types = eventTypes()
  assert.ok(types.size > 60, 'the source is read')
  for (const type of ['claimed', 'given-up', 'connection-renamed', 'adapter-moved', 'plugin-stuck'])
    assert.ok(types.has(type), type)
  const page = readFileSync(join(root, 'sdk/docs/events.md'), 'utf8')
  const documented = new Set([...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, type]) => type!))
  assert.equal(
    [...types].filter((type) => !documented.has(type)).sort(),
    [],
    'describe it in sdk/docs/events.md',
  )
})

test('a client can ask for every documented type, and for no other', () => {
  const page = readFileSync(join(root, 'sdk/docs/events.md'), 'utf8')
  const documented = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, type]) => type!)
  assert.equal(documented, [...filterTypes])
})

test('nothing else is documented as one', () => {
  const page = readFileSync(join(root, 'sdk/docs/events.md'), 'utf8')
  // Types that the source puts together, or hands on.
  const others = [
    'resync',
    'acts',
    'action-refused',
    'act-failed',
    'answer-void',
    'verified',
    'verify-pending',
    'plugin-added',
    'plugin-changed',
  ]
  const types = new Set([...eventTypes(), ...others])
  const documented = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, type]) => type!)
  assert.equal(
    documented.filter((type) => !types.has(type)),
    [],
  )
})

test.run()
