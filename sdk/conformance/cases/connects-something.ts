import { type Case, fail, pass, skip } from '../case.js'
import { connectsNothing } from '../connecting.js'

export const connectsSomething: Case = {
  id: 'connects-something',
  rule: 'Of the connections of conformance.json, a plugin that connects brings up at least one; else its connecting was not put to the test.',
  level: 'should',
  async run(bench) {
    const { providers, connectable, failed } = await bench.connectTrial()
    if (providers.length === 0) return skip(connectsNothing)
    if (connectable !== null) return pass(`${connectable.connection.name} came up`)
    return fail(
      failed.length > 0 ? failed.join('; ') : 'conformance.json configures no connection of its types',
      'a connection that comes up, on an adapter that fits the match rules and has no addresses',
      'Name in conformance.json a connection that can be connected, and the adapters, files, programs and calls that this takes',
    )
  },
}
