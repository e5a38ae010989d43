import { readFileSync } from 'node:fs'
import { eventTypes } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { documentedEvents, eventsPage } from '../../../host/build/events-page.js'
import { suite } from '../../harness.js'

const test = suite('build/events-page')
const root = new URL('../../../../', import.meta.url)

test('the documentation of events says what the comments in the catalogue say; else: npm run docs', () => {
  assert.is(readFileSync(new URL('sdk/docs/events.md', root), 'utf8'), eventsPage())
})

test('a client can ask for every documented type, and for no other', () => {
  const page = readFileSync(new URL('sdk/docs/events.md', root), 'utf8')
  const documented = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, type]) => type!)
  assert.equal(documented, [...eventTypes])
})

test('the page names the fields that types have of others, and those of their own', () => {
  const fields = new Map(documentedEvents().map(({ type, fields }) => [type, fields]))
  assert.equal(fields.get('handed-over'), [
    'provider',
    'connection',
    'evidence',
    'fence',
    'from',
    'fromConnection',
  ])
  assert.equal(fields.get('configuration-kept'), [])
  assert.equal(fields.get('plugin-removed'), ['plugin', 'folder'])
  assert.ok(fields.get('refused')!.includes('unrecorded') && fields.get('refused')!.includes('refusal'))
})

test('every field that has a comment, and every type, is explained', () => {
  const bare = eventsPage()
    .split('\n')
    .filter((line) => /^\| `[a-z-]+` +\| +\|$/.test(line))
  assert.equal(bare, [])
})

test.run()
