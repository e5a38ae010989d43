import { type Case, fail, pass, skip } from '../case.js'
import { claimOne, nothingClaimed } from '../claiming.js'

/** Requests that change something about links. */
const changes = /^links\.(?!look)/

export const refusesDisconnect: Case = {
  id: 'refuses-disconnect',
  rule: 'A claimed connection cannot be disconnected: the host refuses it, and so does the provider itself.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const claim = await claimOne(bench, plugin)
    if (!claim) return skip(nothingClaimed)
    const { provider, adapter, connection, fence } = claim
    const configured = bench.connections.find(({ name }) => name === connection)
    const { length } = plugin.connecting.requests
    const { exists, answer, threw } = await plugin.call(provider, 'disconnect', {
      ...{ adapter, connection, fence },
      ...(configured && { configured }),
    })
    if (exists && answer?.result !== 'NOT_SUPPORTED') {
      return fail(
        `disconnect of the claimed connection ${connection}: ${threw === null ? (answer?.result ?? 'no answer in time') : `it threw ${threw}`}`,
        'NOT_SUPPORTED, and nothing done',
        'Answer NOT_SUPPORTED to a disconnect whose origin is not dialled, before anything is done',
      )
    }
    const done = plugin.connecting.requests.slice(length).find(({ what }) => changes.test(what))
    if (done)
      return fail(
        `disconnect of the claimed connection ${connection}: it asked for ${done.what}`,
        'NOT_SUPPORTED, and nothing done',
        'Look at origin first: what is not dialled is left alone',
      )
    const daemon = await bench.startDaemon()
    daemon.adapters.add(adapter)
    const row = await daemon.settled(adapter.name)
    if (!row?.connection) return skip(`${adapter.name} was not claimed in the daemon: ${row?.because ?? ''}`)
    const refusal = await daemon.disconnect(row.connection)
    const after = daemon.adapter(adapter.name)
    if (refusal !== 'NOT_ALLOWED' || after?.since !== row.since) {
      return fail(
        `the host answered ${refusal ?? 'that it is disconnected'}; ${adapter.name} is ${after?.state}`,
        'NOT_ALLOWED, and the claim stands',
        'This is a fault of claimd: please report it',
      )
    }
    return pass(`the host: NOT_ALLOWED; the provider: ${exists ? 'NOT_SUPPORTED' : 'it has no disconnect'}`)
  },
}
