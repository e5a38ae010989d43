import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab } from './lab.js'

const test = suite('system/doctor')
const lab = new Lab()
test.after(() => lab.close())
const patience = { timeout: 40_000 }

const about = async (subject: string, ...args: string[]) => {
  const { code, json } = await lab.run('--json', 'doctor', ...args)
  const findings = json.findings as Finding[]
  return { code, found: findings.filter((one) => one.subject === subject) }
}

test(
  'a daemon whose socket is gone, and a database that would stop the next start, are found and not disturbed',
  async () => {
    const daemon = lab.simulate(lab.simulation({ links: [] }))
    await daemon.answers()
    assert.equal((await about('state')).found, [
      { verdict: 'ok', subject: 'state', found: lab.state, remedy: null },
    ])

    // While it is stopped it cannot put its socket back.
    daemon.process.kill('SIGSTOP')
    try {
      rmSync(lab.socket)
      const status = await lab.run('--json', 'status')
      assert.is(status.code, 8)
      assert.match(
        status.json.message,
        `process ${daemon.pid} is a claimd with the state folder ${lab.state}`,
      )
      assert.match(status.stderr, 'puts its socket back')
      const { code, found } = await about('daemon')
      assert.is(code, 8)
      assert.is(found[0]!.verdict, 'wrong')
      assert.match(found[0]!.found, `process ${daemon.pid} is a claimd`)
    } finally {
      daemon.process.kill('SIGCONT')
    }
    await daemon.answers()

    // Its lock is there still, after it was examined: another daemon is refused.
    const other = lab.simulate([...lab.simulation({ links: [] }), '--socket', `${lab.socket}-2`])
    assert.is(await other.ended, 12, other.output)
    assert.match(other.output, `process ${daemon.pid}`)

    truncateSync(join(lab.state, 'claimd.db'), 0)
    const { code, found } = await about('state')
    assert.is(code, 13)
    assert.match(found[0]!.found, 'the next start fails')
    assert.ok(found[0]!.remedy)

    assert.is((await lab.run('status')).code, 0)
  },
  patience,
)

test.run()
