import { type Case, fail, pass, skip } from '../case.js'
import { end, reserve, said, withConnectable } from '../connecting.js'

export const status: Case = {
  id: 'status',
  rule: 'Another process says of what was connected before it that it is up, and that it is down when it has been taken down.',
  level: 'must',
  run: withConnectable(async (plugin, one) => {
    const { connecting } = plugin
    const before = await connecting.picture()
    const dial = await reserve(plugin, one)
    const connected = await connecting.connect(dial).ended
    if (connected.answer?.result !== 'SUCCESS') return wrong(`connect: ${said(connected)}`, 'SUCCESS')
    const hasChanged = (await connecting.picture()).join() !== before.join()
    await plugin.kill()
    const up = await connecting.status(dial)
    await end(plugin, dial)
    if (up.answer.result === 'NOT_IMPLEMENTED') return skip('it has no status: a link that is up will do')
    if (up.answer.result !== 'SUCCESS' || up.answer.state === 'disconnected')
      return wrong(
        `it is up, and another process says: ${stateOf(up)}`,
        'SUCCESS with connected or suspended',
      )
    // What cannot be seen on the links, the kit cannot take away.
    if (!hasChanged) return pass('it is up, and another process says so')
    const down = await connecting.status(dial)
    if (down.answer.result === 'SUCCESS' && down.answer.state === 'disconnected')
      return pass('another process says that it is up, and then that it is down')
    return wrong(`it was taken down, and it says: ${stateOf(down)}`, 'SUCCESS with disconnected')
  }),
}

function stateOf(asked: Parameters<typeof said>[0] & { answer: { result: string; state?: string } }): string {
  const { result, state } = asked.answer
  return result === 'SUCCESS' ? `${state}` : said(asked)
}

function wrong(found: string, expected: string) {
  return fail(
    found,
    expected,
    'Decide in status() by the adapter and the config that it is given, and by the other side: what was kept in memory is gone',
  )
}
