import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { checkManifest } from '../../../../host/plugin-host/manifest/check-manifest.js'
import { suite } from '../../../harness.js'
import { goodManifest } from '../support.js'

const test = suite('plugin-host/manifest/settings')
let folder = ''

test.before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'claimd-manifest-')))
  await writeFile(join(folder, 'index.js'), '')
})
test.after(() => rm(folder, { recursive: true }))

async function faultsOf(configuration: unknown) {
  return faultsOfText(JSON.stringify(configuration))
}

async function faultsOfText(configuration: string) {
  const manifest = {
    ...goodManifest('acme'),
    contributes: { providers: [{ id: 'a', configuration: 'HERE' }] },
  }
  const text = JSON.stringify(manifest).replace('"HERE"', () => configuration)
  const options = { file: 'package.json', realFolder: folder, hostVersion: '1.0.0' }
  const { faults } = await checkManifest(text, options)
  const within = 'contributes.providers[0].configuration'
  return faults.map(({ field, ...fault }) => ({
    field: field.replace(within, '').replace(/^\./, ''),
    ...fault,
  }))
}
const fieldsOf = async (configuration: unknown) => (await faultsOf(configuration)).map(({ field }) => field)

test('a JSON Schema is a schema of settings', async () => {
  const manifest = await readFile(
    new URL('../../../../../plugins/ethernet/package.json', import.meta.url),
    'utf8',
  )
  assert.equal(await faultsOf(JSON.parse(manifest).contributes.providers[0].configuration), [])
  assert.equal(
    await faultsOf({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: ['object', 'null'],
      $defs: { port: { type: 'integer', maximum: 65535 } },
      properties: {
        port: { $ref: '#/$defs/port' },
        again: { $ref: '#' },
        a: true,
        pattern: { pattern: '^a+$' },
      },
      patternProperties: { '^x-': {} },
      items: [{ type: 'string' }],
      dependencies: { a: ['port'], port: { required: ['a'] } },
      'x-acme': 1,
    }),
    [],
  )
})

test('what is none is told with all its places, each once', async () => {
  const faults = await faultsOf({
    type: 'objekt',
    propertys: {},
    required: 'port',
    properties: {
      port: { type: 'integer', minimum: '1' },
      name: { pattern: '(' },
      other: { $ref: '#/definitions/nothing' },
      far: { $ref: 'https://example.org/schema.json' },
      list: { items: { tipe: 'string' } },
      five: 5,
    },
    allOf: [{ not: { enum: [] } }],
  })
  assert.equal(faults.map(({ field }) => field).sort(), [
    'allOf[0].not.enum',
    'properties.far["$ref"]',
    'properties.five',
    'properties.list.items.tipe',
    'properties.name.pattern',
    'properties.other["$ref"]',
    'properties.port.minimum',
    'propertys',
    'required',
    'type',
  ])
  const remedies = Object.fromEntries(faults.map(({ field, remedy }) => [field, remedy]))
  assert.is(remedies.type, 'Did you mean "object"?')
  assert.is(remedies.propertys, 'Did you mean "properties"?')
  assert.is(remedies['properties.list.items.tipe'], 'Did you mean "type"?')
})

test('another draft is not taken for the one that is known', async () => {
  assert.equal(await fieldsOf({ $schema: 'https://json-schema.org/draft/2020-12/schema' }), ['["$schema"]'])
})

test('one that is nested too deep is not gone into', async () => {
  const nested = async (depth: number) =>
    (await faultsOfText(`${'{"not":'.repeat(depth)}{}${'}'.repeat(depth)}`)).map(({ field }) => field)
  assert.equal(await nested(30), [])
  assert.equal(await nested(33), [''])
  assert.equal(await nested(20_000), [''])
})

test('thousands of faults, or of values, are told as one', async () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`p${at}`, { type: 'x' }]))
  const faults = await faultsOf({ properties: many })
  assert.is(faults.length, 101)
  assert.is(faults.at(-1)!.found, '900 more faults')
  const [fault, ...others] = await faultsOf({ enum: Array.from({ length: 5000 }, (_, at) => at) })
  assert.equal(others, [])
  assert.match(fault!.expected, 'at most 4000 values')
})

test.run()
