import type { RunningDaemon } from '../bench.js'
import { type Case, fail, pass } from '../case.js'

/** When the adapter is pulled: at once, while it is offered, when it is claimed. */
const moments: ((daemon: RunningDaemon, name: string) => Promise<unknown>)[] = [
  async () => {},
  (daemon, name) => daemon.until(() => daemon.adapter(name) !== null),
  (daemon, name) => daemon.settled(name),
]

export const unplugMidOffer: Case = {
  id: 'unplug-mid-offer',
  rule: 'An adapter may go at any moment of an offer or a claim; when it is back it is answered as before.',
  level: 'must',
  async run(bench) {
    const daemon = await bench.startDaemon()
    const adapters = bench.plugin.providers.flatMap(({ id }) => bench.fitting(id).slice(0, 1))
    for (const adapter of adapters) {
      const { name } = adapter
      if (daemon.adapter(name)) continue
      daemon.adapters.add(adapter)
      const before = (await daemon.settled(name))?.connection ?? null
      for (const moment of moments) {
        daemon.adapters.remove(name)
        await daemon.until(() => daemon.adapter(name) === null)
        daemon.adapters.add(adapter)
        await moment(daemon, name)
      }
      const after = (await daemon.settled(name))?.connection ?? null
      const [failure] = daemon.failures
      const found =
        failure ?? (after === before ? null : `${name} was ${held(before)}, and then it was ${held(after)}`)
      if (found !== null) return gone(found)
    }
    return pass(`${adapters.length} adapters were pulled and came back ${moments.length} times each`)
  },
}

function held(connection: string | null): string {
  return connection === null ? 'not claimed' : `claimed for ${connection}`
}

function gone(found: string) {
  return fail(
    found,
    'the same process, and the same answer when the adapter is back',
    'Expect released() with the reasons gone and void at any time; forget by the fence, not by the name of the adapter',
  )
}
