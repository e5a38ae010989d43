import { type Case, fail, pass } from '../case.js'
import { endTrouble, reserve, withConnectable } from '../connecting.js'

export const crashInConnect: Case = {
  id: 'crash-in-connect',
  rule: 'Killed while it connects, the plugin comes back, and disconnect with that fence leaves nothing, also when it is called twice.',
  level: 'must',
  run: withConnectable(async (plugin, one) => {
    const before = await plugin.connecting.picture()
    const dial = await reserve(plugin, one)
    const run = plugin.connecting.connect(dial, { held: true })
    await run.underWay
    await plugin.kill()
    run.letGo()
    await run.ended
    for (const time of ['the first', 'the second']) {
      const trouble = await endTrouble(plugin, dial, before)
      if (trouble === null) continue
      return fail(
        `another process was to disconnect what was being connected, for ${time} time: ${trouble}`,
        'SUCCESS, and nothing left',
        'Go by what disconnect() is given: what was kept in memory is gone; what is not there any more is down',
      )
    }
    return pass(`${one.connection.name} was taken down twice by the process that came after`)
  }),
}
