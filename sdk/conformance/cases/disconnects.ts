import { type Case, fail, pass, skip } from '../case.js'
import { endTrouble, reserve, said, takesDown, withConnectable } from '../connecting.js'

export const disconnects: Case = {
  id: 'disconnects',
  rule: 'Disconnect takes away what connect has made; called again with the same fence it changes nothing.',
  level: 'must',
  run: withConnectable(async (plugin, one) => {
    const { connecting } = plugin
    const before = await connecting.picture()
    const dial = await reserve(plugin, one)
    const connected = await connecting.connect(dial).ended
    if (connected.answer?.result !== 'SUCCESS') return wrong(`connect: ${said(connected)}`)
    const first = await connecting.disconnect(dial)
    if (first.answer?.result === 'NOT_SUPPORTED') {
      await connecting.undo(dial)
      return skip('the provider does not take down what it has connected')
    }
    if (!takesDown(first)) return wrong(`disconnect: ${said(first)}`)
    const trouble = await endTrouble(plugin, dial, before)
    if (trouble !== null) return wrong(`called twice; the second time: ${trouble}`)
    return pass(`${one.connection.name} was taken down, and then again`)
  }),
}

function wrong(found: string) {
  return fail(
    found,
    'SUCCESS each time, and links, programs and addresses as they were before the connect',
    'Take down in disconnect() what context.links did not make, if it is still there; and answer SUCCESS when nothing is left',
  )
}
