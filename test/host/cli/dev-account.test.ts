import type { EventDocument, PluginRow } from '@claimd/sdk'
import fc from 'fast-check'
import picocolors from 'picocolors'
import * as assert from 'uvu/assert'
import { Account } from '../../../host/cli/account.js'
import { DevAccount, devAccount, type ReloadDetails } from '../../../host/cli/dev-account.js'
import { Output } from '../../../host/cli/output.js'
import type { Page } from '../../../host/cli/page.js'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { FakeDaemon } from './fake-daemon.js'
import { fakeWorld } from './fake-world.js'

const test = suite('cli/dev account')

const page: Page = {
  width: 80,
  colours: picocolors.createColors(false),
  command: 'claimd',
  now: documents.now,
}
const plugin = '@acme/lab'
const from = '1a2b3c4d'.repeat(8)
const to = '5e6f7a8b'.repeat(8)

function event(type: string, details: ReloadDetails = {}, message = 'in words'): EventDocument {
  return documents.event({ revision: 7, adapter: null, name: null, type, message, plugin, ...details })
}

const fault = (file: string, found: string) => ({
  ...{ file, field: '', found, expected: 'something better', remedy: 'correct it' },
})

const stories: [title: string, event: EventDocument, text: string][] = [
  [
    'a save that is built and started beside the old version',
    event('plugin-reload-started', { from, to, touched: ['index.ts'], builtMs: 3.4 }),
    `\
12:29:00+05:30  @acme/lab: index.ts changed, built in 3 ms; build 5e6f7a8b
                starts beside build 1a2b3c4d
`,
  ],
  [
    'many files, and nothing to build',
    event('plugin-reload-started', {
      from,
      to,
      touched: ['a.js', 'b.js', 'c.js', 'd.js', 'e.js'],
      builtMs: null,
    }),
    `\
12:29:00+05:30  @acme/lab: a.js, b.js, c.js and 2 more changed; build 5e6f7a8b
                starts beside build 1a2b3c4d
`,
  ],
  [
    'the switch, with the adapters that were verified and the time since the save',
    event('plugin-reloaded', { from, to, ms: 61.7, adapters: ['lab0', 'lab1'] }),
    `\
12:29:00+05:30  @acme/lab: build 5e6f7a8b answers now instead of build 1a2b3c4d,
                62 ms after the save: it has verified lab0, lab1
`,
  ],
  [
    'the switch of a plugin that holds nothing',
    event('plugin-reloaded', { from: '1.0.0', to: '1.1.0', ms: 40, adapters: [] }),
    `\
12:29:00+05:30  @acme/lab: 1.1.0 answers now instead of 1.0.0, 40 ms after the
                save: it holds no adapter
`,
  ],
  [
    'the first version, and a number of adapters',
    event('plugin-reloaded', { from: null, to: '1.1.0', ms: null, adapters: 2 }),
    `\
12:29:00+05:30  @acme/lab: 1.1.0 answers now: it has verified 2 adapters
`,
  ],
  [
    'a folder that is no plugin any more',
    event('plugin-rejected', { faults: [fault('/p/lab/dist/../index.ts:3:5', 'Unexpected "}"')] }),
    `\
12:29:00+05:30  @acme/lab: its folder has faults, and is not used
                  /p/lab/dist/../index.ts:3:5 error: Unexpected "}"
                  3 |     x retrun 5
                    |     ^
`,
  ],
  [
    'the end of the probation',
    event('plugin-probation-over', { to }),
    `\
12:29:00+05:30  @acme/lab: build 5e6f7a8b has proved itself; the one before it
                is ended
`,
  ],
  [
    'a compile error, with its place and its line',
    event('plugin-reload-failed', {
      from,
      to,
      ms: 12,
      reason: 'it does not compile',
      faults: [
        fault('/p/lab/index.ts:12:7', 'Expected ";" but found "retrun"'),
        fault('/p/lab/package.json', 'no regular file'),
      ],
    }),
    `\
12:29:00+05:30  @acme/lab: not reloaded, 12 ms after the save, build 1a2b3c4d
                goes on: it does not compile
                  /p/lab/index.ts:12:7 error: Expected ";" but found "retrun"
                  12 |     x retrun 5
                     |       ^^^^^^
                  /p/lab/package.json error: no regular file
                    expected: something better
                    do:       correct it
`,
  ],
  [
    'a fault of the manifest, with what to do, within the columns',
    event('plugin-rejected', {
      faults: [
        {
          ...{ file: '/p/lab/package.json', field: 'contributes.providers[0].bnad' },
          ...{ found: 'the unknown key "bnad"', remedy: 'Did you mean "band"?' },
          expected: 'one of id, label, band, priority, match, connectionTypes, evidence',
        },
      ],
    }),
    `\
12:29:00+05:30  @acme/lab: its folder has faults, and is not used
                  /p/lab/package.json, contributes.providers[0].bnad error:
                    the unknown key "bnad"
                    expected: one of id, label, band, priority, match,
                              connectionTypes, evidence
                    do:       Did you mean "band"?
`,
  ],
  [
    'a version that does not take over what is held',
    event('plugin-reload-failed', { from, reason: 'it no longer recognises lab0: not a lab link' }),
    `\
12:29:00+05:30  @acme/lab: not reloaded, build 1a2b3c4d goes on: it no longer
                recognises lab0: not a lab link
`,
  ],
  [
    'a crash in probation, with the lines of the source',
    event('plugin-rolled-back', {
      from: to,
      to: from,
      adapters: ['lab0'],
      reason: 'its process ended with exit code 1',
      stack:
        'TypeError: x is not a function\n    at verify (/srv/plugins/lab/index.ts:14:11)\n    at call (/srv/runner.js:1:1)',
    }),
    `\
12:29:00+05:30  @acme/lab: build 5e6f7a8b is taken back for build 1a2b3c4d,
                which holds lab0 again: its process ended with exit code 1
                  at verify (/srv/plugins/lab/index.ts:14:11)
                  at call (/srv/runner.js:1:1)
`,
  ],
  [
    'a line of its log',
    event('plugin-log', {}, 'looking at lab0'),
    `\
12:29:00+05:30  @acme/lab | looking at lab0
`,
  ],
]

for (const [title, happened, text] of stories) {
  test(title, () => {
    assert.is(
      devAccount(happened, page, () => '    x retrun 5'),
      text,
    )
  })
}

test('that a folder changed is told by what comes of it', () => {
  const account = new DevAccount(() => null)
  assert.is(account.tell(event('plugin-changed'), page), '')
  assert.match(account.tell(event('plugin-rejected'), page)!, 'is not used')
  assert.match(account.tell(event('plugin-changed'), page)!, 'no faults any more')
  assert.is(account.tell(event('plugin-changed'), page), '')
})

test('a save that fails or is being tried, and is taken back, is told once', () => {
  const wide = { ...page, width: 120 }
  for (const [type, details] of [
    ['plugin-reload-started', { from, to }],
    ['plugin-reload-failed', { from, to, reason: 'it throws' }],
    ['plugin-rolled-back', { from: to, to: from, reason: 'it ended' }],
  ] as const) {
    const account = new DevAccount(() => null)
    const changed = (build: string) => account.tell(event('plugin-changed', { build }), wide)
    assert.is(changed(from), '', 'what runs was touched')
    account.tell(event(type, details), wide)
    assert.is(changed('9'.repeat(64)), '', 'it is tried next')
    assert.match(changed(from)!, '@acme/lab: its folder holds build 1a2b3c4d again, which goes on')
    assert.is(changed(from), '')
    account.tell(event(type, details), wide)
    account.tell(event('plugin-reloaded', { from, to }), wide)
    assert.is(changed(from), '', 'the build before is tried as any other')
  }
})

test('what was wrong before the start is told to be mended, under the name that was told', () => {
  const row = { ...documents.plugins.plugins[0]!, folder: '/srv/lab' }
  const mended = event('plugin-changed', { folder: '/srv/lab' })
  const after = (...rows: PluginRow[]) => {
    const account = new DevAccount(() => null)
    account.begin(rows)
    return account.tell(mended, { ...page, width: 120 })
  }
  assert.is(after({ ...row, folder: '/srv/other', faults: [fault('a', 'b')] }), '')
  assert.is(after(row), '')
  assert.match(
    after({ ...row, name: '@acme/lab', state: 'rejected', faults: [fault('a', 'b')] })!,
    /@acme\/lab: its folder has no faults any more\n/,
  )
  // The manifest could not be read, and told no name.
  assert.match(
    after({ ...row, name: 'lab', state: 'rejected', faults: [fault('a', 'b')] })!,
    / lab: its folder has no faults any more, and its name is @acme\/lab\n/,
  )
  assert.match(after({ ...row, name: '@acme/lab', state: 'quarantined' })!, 'it changed, and is tried again')
})

test('what is no matter of authors is told as to everybody', () => {
  assert.is(devAccount(documents.event({ revision: 1 }), page), null)
})

test('a line stays a line where nothing has to fit', () => {
  const text = devAccount(event('plugin-reload-failed', { from, reason: 'x'.repeat(300) }), {
    ...page,
    width: Number.POSITIVE_INFINITY,
  })!
  assert.is(text.split('\n').length, 2)
})

test('a place in a line of any letters is underlined where it is', () => {
  const lineText = 'const 日本 = "é"; oops'
  const column = Buffer.byteLength('const 日本 = "é"; ')
  const faults = [fault(`a.ts:3:${column + 1}`, 'no')]
  const text = devAccount(event('plugin-reload-failed', { faults }), page, () => lineText)!
  assert.match(text, `3 | ${lineText}\n`)
  assert.match(text, `  | ${' '.repeat('const 日本 = "é"; '.length + 2)}^^^^\n`)
})

test('nothing of a plugin acts on the terminal', () => {
  const texts = fc
    .string({ unit: 'binary', maxLength: 12 })
    .map((noise) => `${noise}\x1b]0;title\x07\n\u202e`)
  fc.assert(
    fc.property(fc.constantFrom(...stories), texts, ([, { type }], text) => {
      const details: ReloadDetails = {
        ...{ plugin: text, from: text, to: text, touched: [text], adapters: [text], reason: text },
        ...{ faults: [fault(`${text}:1:2`, text)], stack: `${text}\n    at ${text}` },
      }
      const shown = devAccount(event(type, details, text), page, () => text)!
      assert.not.match(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
    { numRuns: 300 },
  )
})

function run(dev: boolean) {
  const world = fakeWorld([])
  const daemon = new FakeDaemon()
  const inspect = dev ? [{ plugin, port: 9229 }] : []
  const setting = { simulate: null, dev, inspect }
  return { world, daemon, account: new Account(world, new Output(world, false), daemon.services, setting) }
}

test('with --dev the account tells reloads and log lines as they happen, and what is open', () => {
  const { world, daemon, account } = run(true)
  account.open()
  assert.match(world.out, /--dev: +TypeScript runs as it is; what a plugin asks for counts as granted\n/)
  assert.match(world.out, /debugger: +@acme\/lab at 127\.0\.0\.1:9229\n/)
  account.follow()
  world.out = ''
  const late = { revision: documents.adapters.revision + 1 }
  daemon.announce({ ...event('plugin-reloaded', { from, to, ms: 50 }), ...late })
  daemon.log({ plugin, stream: 'log', text: 'hello', at: documents.at(12, 29) })
  daemon.announce(documents.event(late))
  account.close()
  const lines = world.out.trimEnd().split('\n')
  assert.match(lines[0]!, 'build 5e6f7a8b answers now')
  assert.match(lines[1]!, '@acme/lab | hello')
  assert.match(lines[2]!, 'eth0 is claimed')
})

test('without --dev a reload is its one message, and log lines are not told', () => {
  const { world, daemon, account } = run(false)
  account.follow()
  world.out = ''
  const late = { revision: documents.adapters.revision + 1 }
  daemon.announce({ ...event('plugin-reloaded', { from, to }, 'lab was reloaded'), ...late })
  daemon.log({ plugin, stream: 'log', text: 'hello', at: documents.at(12, 29) })
  account.close()
  assert.match(world.out, /lab was reloaded\n$/)
})

test.run()
