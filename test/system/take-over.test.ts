import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'
import { Pings } from './pings.js'

// Whole processes take their time on a busy machine.
const test = suite('system/take-over', { timeout: 90_000 })
let [lab, far] = [null, null] as unknown as [Lab, Lab]
let pings: Pings | null = null

test.before(() => {
  lab = new Lab().withNamespace()
  far = new Lab().withNamespace()
})
test.after(async () => {
  pings?.kill()
  await lab.close()
  await far.close()
})

/** All of the namespace that a connect could change. */
function everything(): string {
  const lists = ['-o addr', 'route show table all', '-6 route show table all', 'rule', '-6 rule', '-o link']
  const links = lists.map((list) => lab.ip(list).replace(/valid_lft.*|preferred_lft.*/g, ''))
  return [...links, lab.exec('grep -rs . /proc/sys/net/ipv4/conf /proc/sys/net/ipv4/neigh')].join('\n')
}

const connection = () => lab.get('connections/office')
const changes = async () => (await lab.adapter('lab0')).changes.map(({ what }) => what)
const takeOver = (...more: string[]) =>
  lab.run('connect', 'office', '--take-over', '--reason', 'it is mine now', ...more)

test('SC-23: what was set up by hand is taken over without losing a ping, and is undone with it; a failure puts the claim back', async () => {
  lab.ip(`link add lab0 type veth peer name far0 netns ${far.namespace}`)
  lab.ip('link set lab0 addrgenmode none')
  lab.ip('link set lab0 up')
  far.ip('link set far0 addrgenmode none')
  far.ip('link set far0 up')
  far.ip('addr add 10.9.0.254/24 dev far0')
  lab.ip('addr add 10.9.0.1/24 dev lab0')
  lab.ip('addr add 10.66.0.1/24 dev lab0')
  lab.ip('route add default via 10.9.0.254 dev lab0 metric 100')
  // Somebody else's route is in the way of the connection's own: its connect fails when all else is done.
  lab.link('other0')
  lab.ip('route add 10.50.0.0/16 dev other0 metric 7')
  const config = {
    match: { name: 'lab0' },
    method: 'static',
    addresses: ['10.9.0.1/24'],
    gateway: '10.9.0.254',
    routes: [{ destination: '10.50.0.0/16', gateway: '10.9.0.254', metric: 7 }],
    others: 'allowed',
  }
  lab.configure({ connections: { office: { type: 'ethernet', config } } })
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed', '@claimd/ethernet/ethernet')
  const connect = await lab.run('connect', 'office')
  assert.is(connect.code, 0, connect.stderr)
  assert.is((await lab.run('disconnect', 'office')).code, 6)

  pings = await Pings.between(lab.namespace, far.namespace, '10.9.0.254')
  const before = everything()
  const failed = await takeOver('--once')
  assert.is(failed.code, 12, failed.stdout + failed.stderr)
  await lab.settles('lab0', 'claimed', '@claimd/ethernet/ethernet')
  assert.is((await connection()).origin, 'out-of-band')
  assert.is(everything(), before)
  assert.equal(await changes(), [])

  lab.ip('route del 10.50.0.0/16 dev other0 metric 7')
  const over = await takeOver()
  assert.is(over.code, 0, over.stdout + over.stderr)
  assert.is((await lab.adapter('lab0')).state, 'managed')
  assert.is((await connection()).origin, 'dialled')
  assert.equal(await changes(), [
    'address 10.9.0.1/24 on lab0, taken over',
    'route to 0.0.0.0/0 via 10.9.0.254, metric 100 through lab0, taken over',
    'route to 10.50.0.0/16 via 10.9.0.254, metric 7 through lab0',
  ])
  await lab.daemons[0]!.kill('SIGKILL')
  await lab.start({ bundled: true })
  await until(
    async () => (await lab.adapter('lab0')).state === 'managed' && !(await lab.adapter('lab0')).provisional,
    async () => JSON.stringify(await lab.adapter('lab0')),
  )
  const { sent, lost } = await pings.end()
  assert.is(lost, 0, `of ${sent}`)
  assert.ok(sent > 50, `only ${sent} were sent`)

  const disconnect = await lab.run('disconnect', 'office')
  assert.is(disconnect.code, 0, disconnect.stdout + disconnect.stderr)
  assert.is(
    lab
      .ip('-o -4 addr show dev lab0')
      .match(/inet (\S+)/g)
      ?.join(),
    'inet 10.66.0.1/24',
    'that of others stays',
  )
  assert.is(lab.ip('route show dev lab0').trim(), '10.66.0.0/24 proto kernel scope link src 10.66.0.1')
  assert.equal(await changes(), [])
})

test.run()
