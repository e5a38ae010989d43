import type { ConnectionConfiguration, Reconnect } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { connectionFaults } from '../../../../host/core/configuration/connection-faults.js'
import { configurationOf, ownSettings } from '../../../../host/core/configuration/connection-settings.js'
import { suite } from '../../../harness.js'

const test = suite('core/configuration/connection-settings')

test('what is left out has the defaults of each algorithm', () => {
  const of = (reconnect: Reconnect) => ownSettings({ reconnect }).reconnect
  assert.equal(of({ algorithm: 'none' }), { algorithm: 'none' })
  const [attempts, afterwards] = [null, 300_000]
  assert.equal(of({ algorithm: 'linear' }), { algorithm: 'linear', delay: 5_000, attempts, afterwards })
  const exponential = { algorithm: 'exponential', delay: 1_000, limit: 300_000, attempts, afterwards }
  assert.equal(of({ algorithm: 'exponential' }), exponential)
  assert.equal(ownSettings({}).reconnect, exponential)
})

const tenths = fc.integer({ min: 10, max: 6_048_000 }).map((tenth) => tenth / 10)
const orNever = fc.oneof(tenths, fc.constant('never' as const))
const optional = { requiredKeys: ['algorithm'] as ['algorithm'] }
const attempts = fc.integer({ min: 1, max: 1_000_000 })
const reconnects: fc.Arbitrary<Reconnect> = fc.oneof(
  fc.record({ algorithm: fc.constant('none' as const) }),
  fc.record(
    { algorithm: fc.constant('linear' as const), delay: tenths, attempts, afterwards: orNever },
    optional,
  ),
  fc.record(
    {
      algorithm: fc.constant('exponential' as const),
      delay: tenths,
      limit: tenths,
      attempts,
      afterwards: orNever,
    },
    optional,
  ),
)

test('what is shown of settings always means the same settings, and is never refused', () => {
  const configurations = fc.record(
    {
      behaviour: fc.constantFrom('default', 'always-connected', 'on-demand'),
      idleTimeout: orNever,
      reconnect: reconnects,
      enabled: fc.boolean(),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Omit<ConnectionConfiguration, 'type' | 'config'>>
  fc.assert(
    fc.property(configurations, (configuration) => {
      fc.pre(connectionFaults(configuration).length === 0)
      const settings = ownSettings(configuration)
      const shown = configurationOf(settings)
      assert.equal(ownSettings(shown), settings)
      assert.equal(connectionFaults(shown), [])
      for (const [key, value] of Object.entries(configuration))
        if (key !== 'reconnect') assert.equal(shown[key as keyof typeof shown], value)
    }),
  )
})

test.run()
