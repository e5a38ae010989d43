import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Folders } from '../host/store/folders.js'
import { killMany } from './store/kills.js'

/**
 * How often the process is killed, and from which seed on: `CLAIMD_KILLS=1000 CLAIMD_SEED=7 node
 * dist/test/run.js store-kills`. A thousand take about a minute and a half.
 */
const kills = Number(process.env.CLAIMD_KILLS ?? 60)
const seed = Number(process.env.CLAIMD_SEED ?? Date.now() % 1_000_000)

const test = suite('store/kills')
const folders = new Folders()
test.after(() => folders.removeAll())

test(
  'kill -9 under load, while opening, making, recovering and closing: nothing announced is lost, nothing is invented',
  async () => {
    const began = performance.now()
    const report = await killMany(kills, seed, () => folders.make())
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    process.stdout.write(`seed ${seed}, ${seconds} s: ${JSON.stringify(report)}\n`)
    assert.ok(report.batches > kills, 'there was load')
    // Closing takes a moment only: of sixty kills, on a busy machine, none may meet it.
    assert.ok(report.whileOpening + report.whileClosing > 0, 'and some kills came while opening or closing')
  },
  { timeout: 60_000 + kills * 1_000 },
)

test.run()
