import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { validators } from '../../../host/control/routes/index.js'
import { suite } from '../../harness.js'

const test = suite('control/validators')
const routes = new URL('../../../host/control/routes/', import.meta.url)

test('every schema of every topic has its validator, under a name of its own', async () => {
  const files = readdirSync(fileURLToPath(routes)).filter((name) => name.endsWith('.schemas.js'))
  assert.ok(files.length >= 4, 'the schemas are read')
  const ids: string[] = []
  for (const file of files) {
    const schemas: Record<string, { $id: string }> = await import(new URL(file, routes).href)
    ids.push(...Object.values(schemas).map(({ $id }) => $id))
  }
  assert.equal(ids.sort(), Object.keys(validators).sort())
  assert.is(new Set(ids).size, ids.length)
})

test('a validator finds what its schema does not allow', () => {
  const { ReleaseBody, AdaptersQuery } = validators
  assert.ok(ReleaseBody!({ reason: 'maintenance' }))
  assert.not(ReleaseBody!({ reason: ' ' }))
  assert.not(AdaptersQuery!({ nmae: 'eth0' }))
})

test.run()
