import * as assert from 'uvu/assert'
import * as claims from '../../host/core/claims/rules.js'
import * as connections from '../../host/core/connections/rules.js'
import { suite } from '../harness.js'
import { guards } from './guards.js'
import { tryGuard } from './try-guard.js'

const test = suite('guards')

test('every rule has a guard, and every guard a test', () => {
  const names = [...Object.keys(claims), ...Object.keys(connections)]
  assert.equal([...new Set(guards.map(({ name }) => name))].sort(), names.sort())
})

for (const guard of guards) {
  test(
    `rule ${guard.rule}: without ${guard.name}, its test fails`,
    async () => {
      const { without, failure } = await tryGuard(guard)
      assert.is(without, 'fail', `${guard.test.file}: ${guard.test.title}`)
      assert.not.match(failure, /TypeError|ReferenceError/)
    },
    { timeout: 60_000 },
  )
}

test.run()
