import type { AdapterRow } from '../../api/adapters.js'
import { type Case, fail, pass, skip } from '../case.js'
import { nothingClaimed } from '../claiming.js'

export const sameAfterRestart: Case = {
  id: 'same-after-restart',
  rule: 'After a restart of the host the provider confirms what it holds, as long as the adapters are unchanged.',
  level: 'must',
  async run(bench) {
    const daemon = await bench.startDaemon()
    const names = new Set<string>()
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id).slice(0, 4)) {
        if (names.has(adapter.name)) continue
        names.add(adapter.name)
        daemon.adapters.add(adapter)
      }
    }
    const claimed: AdapterRow[] = []
    for (const name of names) {
      const row = await daemon.settled(name)
      if (row?.provider) claimed.push(row)
    }
    if (claimed.length === 0) return skip(nothingClaimed)
    await daemon.restart()
    for (const before of claimed) {
      const now = () => daemon.adapter(before.name)
      await daemon.until(() => now()?.provisional === false && now()?.state !== 'orphaned')
      const row = now()
      // A claim that ended and was made anew began later.
      if (row?.since === before.since && row.provisional === false && row.state === 'claimed') continue
      return fail(
        `${before.name} was claimed for ${before.connection} and is ${row?.state ?? 'not there'} after the restart: ${row?.because ?? ''}`,
        'the claim stands and is confirmed',
        'Decide in verify by the adapter, the connection and the evidence that it is given: what was kept in memory is gone',
      )
    }
    return pass(`${claimed.map(({ name }) => name).join(', ')} stayed claimed, and that was confirmed`)
  },
}
