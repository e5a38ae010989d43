import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Lab } from './support.js'

const test = suite('plugin-host/detail')
let lab: Lab

test.after.each(() => lab.end())

test('what runs is told with its version, its process and the walls around it', async () => {
  lab = await Lab.start(['good'])
  await lab.ask('good', 'lab0')
  const detail = lab.host.detail('good')
  const row = lab.row('good')
  assert.is(detail.state, 'running')
  assert.is(detail.active?.pid, row.pid)
  assert.is(detail.active?.build, detail.inFolder.build)
  assert.is(detail.candidate, null)
  assert.ok(detail.memory! > 1_000_000)
  assert.equal(detail.permissions, { asked: [], granted: [], missing: [], trust: null })
  assert.equal(
    detail.walls.flatMap(({ wall, stands }) => (stands ? [] : [wall])),
    row.wallsMissing,
  )
  assert.ok(detail.walls.every(({ because }) => because !== ''))
})

test('what is rejected has a detail too, without a version or a process', async () => {
  lab = await Lab.start(['needs-newer-host'])
  const { name } = lab.host.pluginRows()[0]!
  const detail = lab.host.detail(name)
  assert.is(detail.state, 'rejected')
  assert.is(detail.active, null)
  assert.is(detail.memory, null)
  assert.ok(detail.faults.length > 0)
})

test('a name that no plugin has is not found, and the nearest is named', async () => {
  lab = await Lab.start(['good'])
  for (const call of [() => lab.host.detail('god'), () => lab.host.untrust('god', 'root')]) {
    try {
      call()
      assert.unreachable('it was found')
    } catch (error) {
      assert.instance(error, ClaimdError)
      assert.is((error as ClaimdError).code, 'PLUGIN_NOT_FOUND')
      assert.match((error as ClaimdError).remedy!, 'did you mean good?')
    }
  }
})

test.run()
