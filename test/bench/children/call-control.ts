/**
 * Asks the daemon one thing after the other, each over a connection of its own, as a command does. Arguments:
 * its socket, an adapter, and a claimed connection, whose disconnect is refused. Sends all times that each
 * kind of call took, in milliseconds, whenever it gets a message, and begins anew.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from '@claimd/sdk/client'

const [socket, adapter, connection] = process.argv.slice(2) as [string, string, string]
const client = new Client({ socket })
const calls = {
  status: () => client.status(),
  explain: () => client.explain(adapter),
  disconnect: () =>
    client.disconnect(connection).then(
      () => Promise.reject(new Error('it was disconnected')),
      (error) => (error.result === 'NOT_ALLOWED' ? null : Promise.reject(error)),
    ),
}
type Times = Record<keyof typeof calls, number[]>

let times: Times = { status: [], explain: [], disconnect: [] }
process.on('message', () => {
  process.send!(times)
  times = { status: [], explain: [], disconnect: [] }
})
process.on('disconnect', () => process.exit())

for (;;) {
  for (const name of Object.keys(calls) as (keyof Times)[]) {
    const start = performance.now()
    await calls[name]()
    times[name].push(performance.now() - start)
    await delay(1)
  }
}
