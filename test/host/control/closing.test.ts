import { once } from 'node:events'
import { connect } from 'node:net'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Daemon, until } from './daemon.js'

const test = suite('control/closing')

test('closing ends streams, cuts what hangs and takes less than a second', async () => {
  const daemon = await Daemon.start()
  daemon.services.adapters.offer = () => new Promise(() => {})
  const client = new Client({ socket: daemon.socket })
  const idle = connect(daemon.socket)
  await once(idle, 'connect')
  const outcomes = Promise.all([
    ...Array.from({ length: 5 }, () =>
      client
        .events()
        .next()
        .catch((error) => error.code),
    ),
    client.offer('eth0').catch((error) => error.code),
  ])
  await until(() => daemon.services.listeners === 5)
  const started = performance.now()
  await daemon.stop()
  const took = performance.now() - started
  assert.ok(took < 1_000, `it took ${took} ms`)
  assert.equal(await outcomes, Array(6).fill('DAEMON_UNREACHABLE'))
  assert.is(daemon.services.listeners, 0)
  idle.destroy()
})

test('a request under way is still answered', async () => {
  const daemon = await Daemon.start()
  const { offer } = daemon.services.adapters
  let asked = false
  let go = () => {}
  daemon.services.adapters.offer = async (adapter, who) => {
    asked = true
    await new Promise<void>((resolve) => {
      go = resolve
    })
    return offer.call(daemon.services, adapter, who)
  }
  const answer = new Client({ socket: daemon.socket }).offer('eth0')
  await until(() => asked)
  const stopped = daemon.stop()
  go()
  assert.is((await answer).result, 'SUCCESS')
  await stopped
})

test('closing twice, or without having listened, does nothing', async () => {
  const daemon = new Daemon()
  await daemon.server.close()
  await daemon.stop()
})

test.run()
