import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { tools } from '../../../host/main.js'
import { suite } from '../../harness.js'

const test = suite('app/examine machine')

let folder: string
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-examine-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const examine = (paths: { config?: string; state?: string } = {}) =>
  tools.examine({
    config: join(folder, 'c.json'),
    configRequired: false,
    plugins: [],
    bundled: true,
    state: folder,
    ...paths,
  })

test('this machine has links, walls and tools, and nothing is changed on it', async () => {
  const facts = await examine({ state: join(folder, 'not/there/yet') })
  assert.is(facts.node, process.version)
  assert.ok(['netlink', 'polling'].includes(facts.links.kind))
  assert.ok(facts.walls.length > 5)
  assert.ok(facts.walls.every(({ because }) => because !== ''))
  assert.equal(
    facts.tools.map(({ name }) => name),
    ['setpriv', 'unshare', 'nsenter', 'prlimit'],
  )
  assert.is(facts.state, null, 'the daemon would make it')
  assert.is(facts.configuration, null)
})

test('what is wrong with a configuration and a state folder is named', async () => {
  writeFileSync(join(folder, 'c.json'), '{ "conections": {} }')
  const facts = await examine({ state: join(folder, 'c.json') })
  assert.is(facts.configuration?.code, 'CONFIGURATION_INVALID')
  assert.match(facts.state!, /c\.json is no folder$/)
  if (process.geteuid!() !== 0) {
    chmodSync(folder, 0o500)
    assert.match((await examine()).state!, 'this user may not write')
  }
})

test.run()
