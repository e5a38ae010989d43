import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/commands/connection')
const folder = mkdtempSync(join(tmpdir(), 'claimd-connection-'))
test.after(() => rmSync(folder, { recursive: true }))

const env = { EDITOR: 'an-editor --wait' }
const { configuration } = documents.connection

/** An editor that writes these texts, one after the other, and remembers what it was given. */
function editing(...texts: string[]) {
  const seen: { file: string; text: string; mode: number }[] = []
  const edit = (file: string) => {
    const mode = statSync(file).mode & statSync(dirname(file)).mode & 0o077
    seen.push({ file, text: readFileSync(file, 'utf8'), mode })
    const text = texts.shift()
    if (text !== undefined) writeFileSync(file, text)
    return 0
  }
  return { edit, seen }
}

test('add takes a file, standard input, or a type alone', async () => {
  writeFileSync(join(folder, 'office.json'), '{ "type": "lab", "config": { "a": [1] } }')
  const ofFile = await claimd('connection add office --file office.json', { folder })
  assert.equal(ofFile.asked, [['addConnection', 'office', { type: 'lab', config: { a: [1] } }]])
  assert.equal([ofFile.code, ofFile.out], [0, 'office is configured\n'])
  const input = '{ "enabled": false }'
  const ofInput = await claimd('connection add office --file - --type lab', { input })
  assert.equal(ofInput.asked, [['addConnection', 'office', { enabled: false, type: 'lab' }]])
  assert.equal((await claimd('connection add office --type lab')).asked, [
    ['addConnection', 'office', { type: 'lab' }],
  ])
  const { result, change } = JSON.parse((await claimd('connection add office --type lab --json')).out)
  assert.equal([result, change], ['SUCCESS', '2'])
})

test('add refuses what it cannot read, and asks the daemon nothing then', async () => {
  const cases: [line: string, input: string, code: number, words: string][] = [
    ['--file nowhere.json', '', 10, 'ENOENT'],
    ['--file -', '{,}', 2, 'line 1, column 2'],
    ['--file -', '{"type":"a","type":"b"}', 2, 'for the second time'],
    ['--file -', '[]', 2, 'an object'],
    ['--file - --type lab', '{"type":"other"}', 2, 'another type'],
    ['--file=', '', 2, 'no path'],
    ['', '', 2, 'neither --file nor --type'],
  ]
  for (const [line, input, code, words] of cases) {
    const world = await claimd(`connection add office ${line}`, { input, folder })
    assert.equal([world.code, world.asked], [code, []], line)
    assert.match(world.err, words)
  }
})

test('delete and show', async () => {
  assert.is((await claimd('connection delete office')).out, 'office is not configured any more\n')
  assert.equal(JSON.parse((await claimd('connection show office --json')).out), documents.connection)
})

test('show tells what its provider tells of it, and goes without that where it cannot be had', async () => {
  const told = { connection: 'office', provider: 'lab/main', because: null }
  const info = { 'signal strength': 71, operator: 'Lab\u001b[31m Mobile', roaming: false }
  const client = { typeSpecific: async () => ({ ...told, result: 'SUCCESS' as const, info }) }
  const shown = (await claimd('connection show office', { client })).out
  assert.match(shown, /^its signal strength: +71$/m)
  assert.match(shown, /^its roaming: +no$/m)
  assert.not(shown.includes('\u001b[31m'))
  const json = JSON.parse((await claimd('connection show office --json', { client })).out)
  assert.equal(json, { ...documents.connection, typeSpecific: info })
  const gone = {
    typeSpecific: async () => {
      throw new Error('gone')
    },
  }
  assert.equal(
    JSON.parse((await claimd('connection show office --json', { client: gone })).out),
    documents.connection,
  )
})

test('edit opens the configuration in a file of its own, and takes it with the handle that was read', async () => {
  const { edit, seen } = editing('{ "type": "lab", "config": { "password": "***" } }')
  const world = await claimd('connection edit office --immediate', { env, edit })
  assert.is(world.code, 0, world.err)
  assert.equal(world.editors, ['an-editor --wait'])
  assert.equal([JSON.parse(seen[0]!.text), seen[0]!.mode], [configuration, 0], 'nobody else can read it')
  assert.equal(world.asked, [
    ['connection', 'office'],
    [
      'updateConnection',
      'office',
      { type: 'lab', config: { password: '***' } },
      { change: '1', immediate: true },
    ],
  ])
  assert.not(existsSync(dirname(seen[0]!.file)), 'it is gone')
  const first = await claimd('connection edit office', { env: { ...env, VISUAL: 'visual' }, edit: () => 0 })
  assert.equal(first.editors, ['visual'])
})

test('what nothing was edited of is left as it is', async () => {
  const { edit, seen } = editing()
  const world = await claimd('connection edit office', { env, edit })
  assert.equal([world.code, world.out], [0, 'connection office is left as it is: nothing was edited\n'])
  assert.equal(world.asked, [['connection', 'office']])
  assert.not(existsSync(seen[0]!.file))
})

test('a fault is told and can be edited again, with what was written', async () => {
  const { edit, seen } = editing('{ "type": ', '{ "type": "unknown" }', '{ "type": "lab" }')
  let updates = 0
  const updateConnection = async () => {
    if (++updates > 1)
      return {
        result: 'SUCCESS',
        connection: 'office',
        change: '3',
        deferred: true,
        message: 'done',
      } as const
    throw claimdError('CONNECTION_TYPE_UNKNOWN', { message: 'no provider has the type unknown' })
  }
  const world = await claimd('connection edit office', {
    env,
    edit,
    answer: ['', 'y'],
    client: { updateConnection },
  })
  assert.equal([world.code, world.out], [0, 'done\n'])
  assert.equal(seen.map(({ text }) => text).slice(1), ['{ "type": ', '{ "type": "unknown" }'])
  assert.match(world.err, 'line 1, column 10')
  assert.match(world.err, 'no provider has the type unknown')
  assert.equal(world.questions, ['Edit it again? [Y/n] ', 'Edit it again? [Y/n] '])
})

test('what was written is never lost: it is kept where it was refused, and its file is named', async () => {
  const refused = {
    updateConnection: () => Promise.reject(claimdError('CONNECTION_CHANGED', { message: 'stale' })),
  }
  for (const [text, answer, client, exit] of [
    ['{ "type": ', 'n', {}, 2],
    ['{ "type": ', undefined, {}, 2],
    ['{ "type": "lab" }', 'y', refused, 12],
  ] as const) {
    const { edit, seen } = editing(text)
    const world = await claimd('connection edit office', {
      env,
      edit,
      client,
      ...(answer !== undefined && { answer }),
    })
    const { file } = seen[0]!
    assert.is(world.code, exit)
    const kept = exit === 12 ? `is kept in ${file}` : `claimd connection edit office --file ${file}`
    assert.match(world.err, kept)
    assert.is(readFileSync(file, 'utf8'), text)
    const again = await claimd(['connection', 'edit', 'office', '--file', file])
    assert.is(again.asked.length, exit === 2 ? 1 : 2)
    rmSync(dirname(file), { recursive: true })
  }
})

test('edit --file can be refused where somebody has edited it since its handle was read', async () => {
  writeFileSync(join(folder, 'edited.json'), '{ "type": "lab" }')
  const world = await claimd('connection edit office --file edited.json --change 7', { folder })
  const [, , , options] = world.asked.at(-1) as [string, string, object, { change: string }]
  assert.is(options.change, '7')
  assert.is((await claimd('connection edit office --change 7')).code, 2)
})

test('an editor that fails leaves everything as it is', async () => {
  const { edit, seen } = editing()
  const world = await claimd('connection edit office', { env, edit: (file) => edit(file) + 1 })
  assert.is(world.code, 13)
  assert.match(world.err, 'an-editor --wait ended with exit code 1')
  assert.is(world.asked.length, 1)
  assert.not(existsSync(seen[0]!.file), 'nothing was written, so nothing is kept')
})

test('what is configured in the file, or not at all, cannot be edited here', async () => {
  const ofFile = {
    connection: async () => ({ ...documents.connection, source: 'file', change: null }) as const,
  }
  const world = await claimd('connection edit office', { env, client: ofFile })
  assert.equal([world.code, world.editors], [12, []])
  const volatile = { ...documents.connection, source: null, change: null, configuration: null }
  const other = await claimd('connection edit office', { env, client: { connection: async () => volatile } })
  assert.equal([other.code, other.editors], [10, []])
})

test('explain finds a connection where there is no adapter of that name', async () => {
  const absent = (code: 'ADAPTER_NOT_FOUND' | 'CONNECTION_NOT_FOUND') => () =>
    Promise.reject(claimdError(code, { message: code }))
  const asked = async (word: string, client: object = {}) => {
    const world = await claimd(['explain', word], { client })
    return [
      world.code,
      world.asked.map(([call]) => call),
      world.out.split('\n')[0] || world.err.split('\n')[0],
    ]
  }
  const office = 'office is connecting-waiting-for-ip'
  assert.equal(await asked('eth0'), [0, ['explain'], 'eth0 is claimed'])
  assert.equal(await asked('connection:eth0'), [0, ['explainConnection'], office])
  const noAdapter = { explain: absent('ADAPTER_NOT_FOUND') }
  assert.equal(await asked('office', noAdapter), [0, ['explain', 'explainConnection'], office])
  const neither = { ...noAdapter, explainConnection: absent('CONNECTION_NOT_FOUND') }
  assert.equal(await asked('x', neither), [10, ['explain', 'explainConnection'], 'claimd: ADAPTER_NOT_FOUND'])
  assert.equal(await asked('connection:x', neither), [
    10,
    ['explainConnection'],
    'claimd: CONNECTION_NOT_FOUND',
  ])
})

test.run()
