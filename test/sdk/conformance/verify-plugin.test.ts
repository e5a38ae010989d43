import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyPlugin } from '@claimd/sdk/conformance'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Lab, root } from '../../system/lab.js'

const test = suite('sdk/conformance/verify-plugin', { timeout: 60_000 })
const claimd = join(root, 'dist/host/cli/claimd.js')
const lab = new Lab()
test.after(() => lab.close())

test("an author's own test gets the report", async () => {
  const report = await verifyPlugin(join(root, 'samples/hello-provider-js'), {
    claimd,
    only: ['connection-name'],
  })
  assert.is(report.plugin.name, 'hello-provider-js')
  assert.is(report.node, process.version)
  assert.equal(
    report.cases.map(({ id, result }) => `${id} ${result}`),
    ['manifest', 'activates', 'registers', 'stays-alive', 'answers-in-time', 'connection-name'].map(
      (id) => `${id} pass`,
    ),
  )
  assert.ok(report.passed)
})

test('that a plugin does not conform is in the report, and no error', async () => {
  const broken = join(root, 'test/fixtures/broken-plugins/main-outside')
  const { cases, passed } = await verifyPlugin(broken, { claimd })
  assert.not(passed)
  assert.is(cases[0]!.result, 'fail')
  assert.is(cases[0]!.faults![0]!.field, 'main')
  assert.is(cases[0]!.faults![0]!.file, join(broken, 'package.json'))
})

test('what keeps a plugin from being tried is thrown', async () => {
  const folder = join(lab.folder, 'empty')
  mkdirSync(folder)
  await rejects(verifyPlugin(folder, { claimd }), `${folder} holds no plugin`)
  await rejects(verifyPlugin(folder, { claimd, only: ['actvates'] }), 'the kit has no such case')
  await rejects(verifyPlugin(folder, { claimd: join(folder, 'claimd') }), 'ENOENT')
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, 'conformance.json'), '{ "adapters": [{ "nam": "kit0" }] }')
  await rejects(verifyPlugin(folder, { claimd }), 'conformance.json has 2 faults')
})

async function rejects(promise: Promise<unknown>, words: string): Promise<void> {
  const error = await promise.then(
    () => null,
    (thrown: Error) => thrown,
  )
  assert.match(error?.message ?? 'nothing was thrown', words)
}

test.run()
