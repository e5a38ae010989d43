import { manifestSchema } from '@claimd/sdk/manifest'
import * as wire from '@claimd/sdk/wire'
import { Ajv } from 'ajv'
import fastify from 'fastify'
import * as assert from 'uvu/assert'
import { Access } from '../../../../host/control/access.js'
import { EventStreams } from '../../../../host/control/event-streams.js'
import { addRoutes } from '../../../../host/control/routes.js'
import { simulationSchema } from '../../../../host/links/simulator/simulation.js'
import { configurationSchema } from '../../../../host/store/configuration/schema.js'
import { suite } from '../../../harness.js'
import { FakeService } from '../../control/fake-service.js'

const test = suite('core/documents/own-schemas')

// In the program nothing looks at these again.
const schemas: [string, object][] = [
  ['the manifest', manifestSchema],
  ['the configuration', configurationSchema],
  ['a simulation', simulationSchema],
  ...(Object.entries(wire).filter(([name]) => name.endsWith('Schema')) as [string, object][]),
]

for (const [name, schema] of schemas) {
  test(`${name}: is a JSON Schema`, () => {
    const ajv = new Ajv({ formats: { 'address-with-length': true } })
    assert.ok(ajv.validateSchema(schema), ajv.errorsText(ajv.errors))
  })
}

test('requests: are JSON Schemas', async () => {
  const app = fastify({ exposeHeadRoutes: false })
  const service = new FakeService()
  addRoutes(app, service, new Access(), new EventStreams(service))
  await app.ready()
  await app.close()
})

test.run()
