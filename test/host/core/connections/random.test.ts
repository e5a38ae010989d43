import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { runLives } from './run-lives.js'

const test = suite('core/connections, random lives')

test(
  'whatever happens in whatever order: one connect a fence, one completion a request, what is shown is what is, and nothing is left',
  async () => {
    const { failure } = await runLives({ schedules: Number(process.env.CLAIMD_RUNS ?? 120) })
    assert.is(failure, null, failure ?? '')
  },
  { timeout: 60_000 },
)

test.run()
