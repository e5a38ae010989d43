import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import * as assert from 'uvu/assert'
import { editorSchema } from '../../../host/build/editor-schema.js'
import { manifestPage } from '../../../host/build/manifest-page.js'
import { suite } from '../../harness.js'
import { goodManifest } from '../plugin-host/support.js'

const test = suite('build/manifest-files')
const root = new URL('../../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

/** As editors do: keywords of their own are not looked at. */
const fits = new Ajv({ allErrors: true, strict: false }).compile(editorSchema())
const placesOf = (manifest: unknown) =>
  fits(manifest) ? [] : fits.errors!.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)

test('the documentation of the manifest says what its schema says; else: npm run docs', () => {
  assert.is(read('sdk/docs/manifest.md'), manifestPage())
})

test('the package has the schema for editors, as the build made it', () => {
  const path = createRequire(import.meta.url).resolve('@claimd/sdk/manifest.schema.json')
  assert.equal(JSON.parse(readFileSync(path, 'utf8')), editorSchema())
})

test('manifests that are there fit it, and so does the example in the documentation', () => {
  for (const path of [
    'plugins/ethernet',
    'plugins/as-found',
    'plugins/exec',
    'samples/hello-provider',
    'samples/hello-provider-js',
    'samples/dial-provider',
  ]) {
    assert.equal(placesOf(JSON.parse(read(`${path}/package.json`))), [], path)
  }
  assert.equal(placesOf(JSON.parse(/```json\n(.*?)```/s.exec(manifestPage())![1]!)), [])
  const npm = {
    description: 'x',
    scripts: { test: 'x' },
    dependencies: {},
    eslintConfig: {},
    $schema: './x.json',
  }
  assert.equal(placesOf({ ...goodManifest('acme'), ...npm }), [])
})

test('what an editor can see is wrong is marked where it stands', () => {
  const manifest = {
    ...goodManifest('acme'),
    contributes: { providers: [{ id: 'A', band: 'sure', configuration: { type: 'objekt' } }], provider: [] },
    permissions: {
      exec: [{ program: 'udhcpc', args: ['{adaptor}'], capabilities: ['SYS_ADMIN'] }],
      dbus: [{ name: 'org.*', path: 'x', call: ['Get'] }],
      read: ['etc/hosts', '/**'],
    },
  }
  const places = placesOf(manifest).filter((place) => !place.endsWith('anyOf'))
  for (const place of [
    '/contributes additionalProperties',
    '/contributes/providers/0/id pattern',
    '/contributes/providers/0/band enum',
    '/contributes/providers/0/configuration/type enum',
    '/permissions/exec/0/program pattern',
    '/permissions/exec/0/args/0 pattern',
    '/permissions/exec/0/capabilities/0 enum',
    '/permissions/dbus/0/name pattern',
    '/permissions/dbus/0/path pattern',
    '/permissions/dbus/0/call/0 pattern',
    '/permissions/read/0 pattern',
    '/permissions/read/1 pattern',
  ]) {
    assert.ok(places.includes(place), `${place} of ${places.join(', ')}`)
  }
})

test('every key is explained', () => {
  const explained = (node: Record<string, unknown>, path: string): void => {
    for (const [key, value] of Object.entries(
      (node.properties ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      const place = `${path}.${key}`
      for (const word of ['title', 'description', 'markdownDescription']) {
        assert.type(value[word], 'string', `${place}: ${word}`)
      }
      explained(value, place)
      explained((value.items ?? {}) as Record<string, unknown>, `${place}[]`)
    }
  }
  explained(editorSchema() as Record<string, unknown>, '')
})

test.run()
