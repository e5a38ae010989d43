import { type Case, fail, pass } from '../case.js'
import { said, withConnectable } from '../connecting.js'

export const unknownConnection: Case = {
  id: 'unknown-connection',
  rule: 'What a call is given of its connection is all that the provider needs: it answers also when that is not configured any more.',
  level: 'must',
  run: withConnectable(async (plugin, { provider, connection }) => {
    const { connecting } = plugin
    plugin.configure([])
    const unknown = { ...connection, name: 'unknown' }
    const one = { provider, connection: unknown }
    const [adapter = null] = connecting.adapters(provider)
    const dial = connecting.dial(one, adapter)
    const answers = {
      resources: await connecting.resources(one, connecting.adapters(provider)),
      validate: await connecting.validate(one),
      status: await connecting.status(dial),
      connect: await connecting.connect(dial).ended,
      disconnect: await connecting.disconnect(dial),
    }
    await connecting.undo(dial)
    const broken = Object.entries(answers).find(([, { broke }]) => broke !== null)
    if (!broken) {
      const results = Object.entries(answers).map(([method, { answer }]) => `${method}: ${answer?.result}`)
      return pass(results.join(', '))
    }
    return fail(
      `asked about a connection that is not configured, ${broken[0]}: ${said(broken[1])}`,
      'an answer',
      'Use the connection, the type and the config of the call; context.connections.configured() may not have it',
    )
  }),
}
