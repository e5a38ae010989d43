import type { Adapter, ConnectAnswer, ConnectCall, LinksService, ResourcesAnswer } from '@claimd/sdk'
import { FakeContext, fakeAdapter } from '@claimd/sdk/testing'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Dialling, SystemFiles } from './compiled.js'

const test = suite('plugins/ethernet/dialling')

const lan = {
  match: { name: 'lan*' },
  method: 'static',
  addresses: ['192.0.2.7/24', 'FD00:0::7/64'],
  gateway: ['192.0.2.1', 'fd00::1'],
  routes: [
    { destination: '10.0.0.0/8', gateway: '203.0.113.1' },
    { destination: '203.0.113.0/24', metric: 5 },
  ],
  mtu: 1400,
}
const small = { match: { name: 'lan*' }, method: 'static', addresses: ['192.0.2.7/24'] }
const signal = new AbortController().signal
const about = (config: object) => ({
  connection: 'office',
  type: 'ethernet',
  config: config as Record<string, unknown>,
  signal,
})
const down = fakeAdapter({ name: 'lan0', up: false })

/** The plugin with one adapter, and what it is told and tells. */
class Lab {
  readonly fake = new FakeContext({ adapters: [down] })
  readonly progress: (string | undefined)[] = []
  readonly dialling: InstanceType<typeof Dialling>

  constructor(links: Partial<LinksService> = {}) {
    const { context } = this.fake
    const patience = { carrier: 200, addresses: 100 }
    const all = { ...context.links, ...links }
    this.dialling = new Dialling(all, new SystemFiles(context.read), patience)
  }

  async connect(config: object, more: Partial<ConnectCall> = {}): Promise<ConnectAnswer> {
    const progress = ({ text }: { text?: string }) => void this.progress.push(text)
    return this.dialling.connect({ ...about(config), adapter: down, fence: 7, progress, ...more })
  }

  /** What it did to the link. */
  get calls(): string[] {
    return this.fake.linkCalls.map(({ method, args: [id, fence, ...rest] }) =>
      [method, id, fence, ...rest.map((one) => (typeof one === 'object' ? JSON.stringify(one) : one))].join(
        ' ',
      ),
    )
  }
}

function refused(answer: ConnectAnswer | ResourcesAnswer): string {
  assert.is.not(answer.result, 'SUCCESS')
  const { result, cause, reason } = answer as { result: string; cause?: string; reason?: string }
  return [result, cause, reason].join(' | ')
}

test('connect: MTU, up, addresses, then routes that others need, all with the fence', async () => {
  const lab = new Lab()
  assert.equal(await lab.connect(lan), {
    result: 'SUCCESS',
    evidence: 'static 192.0.2.7/24, fd00::7/64 on lan0',
  })
  assert.equal(lab.calls, [
    'setMtu 2.1 7 1400',
    'up 2.1 7',
    'addAddress 2.1 7 192.0.2.7/24',
    'addAddress 2.1 7 fd00::7/64',
    'addRoute 2.1 7 {"destination":"203.0.113.0/24","metric":5}',
    'addRoute 2.1 7 {"destination":"0.0.0.0/0","metric":100,"gateway":"192.0.2.1"}',
    'addRoute 2.1 7 {"destination":"::/0","metric":100,"gateway":"fd00::1"}',
    'addRoute 2.1 7 {"destination":"10.0.0.0/8","metric":100,"gateway":"203.0.113.1"}',
  ])
  assert.equal(lab.progress, [
    'waiting for a carrier on lan0',
    'waiting until the addresses of lan0 can be used',
  ])
})

test('what is not configured is left as it is', async () => {
  const lab = new Lab()
  assert.is((await lab.connect(small)).result, 'SUCCESS')
  assert.equal(lab.calls, ['up 2.1 7', 'addAddress 2.1 7 192.0.2.7/24'])
})

test('a carrier is waited for; without one nothing but up is done', async () => {
  const patient = new Lab({ up: async () => {} })
  const carrier = setTimeout(
    () => Object.assign(patient.fake.adapters.get('2.1')!, { up: true, carrier: true }),
    60,
  )
  assert.is((await patient.connect(small)).result, 'SUCCESS')
  clearTimeout(carrier)
  const lab = new Lab({ up: async () => {} })
  assert.is(
    refused(await lab.connect(small)),
    'CONNECTION_ACQUIRE_FAILED | no-carrier | lan0 has had no carrier for 0.2 s',
  )
  assert.equal(lab.calls, [])
})

test('SUCCESS only when all addresses can be used', async () => {
  const lab = new Lab({ addAddress: async () => {} })
  assert.is(
    refused(await lab.connect(small)),
    'CONNECTION_ACQUIRE_FAILED | no-address | lan0 cannot use 192.0.2.7/24: another host on the link may have the same address',
  )
  const late = new Lab({ addAddress: async () => {} })
  const timer = setTimeout(() => late.fake.adapters.get('2.1')!.addresses.push('192.0.2.7/24'), 40)
  assert.is((await late.connect(small)).result, 'SUCCESS')
  clearTimeout(timer)
  const unplugged: Lab = new Lab({
    addAddress: async (...args) => {
      await unplugged.fake.context.links.addAddress(...args)
      unplugged.fake.adapters.get('2.1')!.carrier = false
    },
  })
  assert.match(refused(await unplugged.connect(small)), 'no-carrier | lan0 has lost its carrier')
})

test('what the kernel refuses ends it there, with its words and a cause', async () => {
  const refuse = (found: string) => async () => {
    throw Object.assign(new Error('the kernel did not do it'), { code: 'LINK_NOT_CHANGED', found })
  }
  const route = new Lab({ addRoute: refuse('EEXIST (file already exists)') })
  assert.is(
    refused(await route.connect({ ...small, gateway: '192.0.2.1' })),
    'CONNECTION_ACQUIRE_FAILED | resource-busy | the route to 0.0.0.0/0 via 192.0.2.1, metric 100, cannot be set through lan0: EEXIST (file already exists)',
  )
  const mtu = new Lab({ setMtu: refuse('EINVAL (invalid argument)') })
  assert.match(refused(await mtu.connect(lan)), 'provider-failed | lan0 does not take the MTU 1400: EINVAL')
  assert.equal(mtu.calls, [])
  const gone = new Lab({ up: refuse('ENODEV (no such device)') })
  assert.match(refused(await gone.connect(lan)), 'no-adapter | lan0 cannot be set up: ENODEV')
  const fence = new Lab({
    look: () => Promise.reject(Object.assign(new Error('the fence 7 is not'), { found: 'x' })),
  })
  assert.match(refused(await fence.connect(small)), 'provider-failed | the fence 7 is not')
})

test('an abort stops it before the next step, also while it waits', async () => {
  const abort = new AbortController()
  const lab = new Lab({
    addAddress: async (...args) => {
      await lab.fake.context.links.addAddress(...args)
      abort.abort()
    },
  })
  const cancelled = 'CONNECTION_ACQUIRE_FAILED | cancelled | it is not wanted any more'
  assert.is(refused(await lab.connect(lan, { signal: abort.signal })), cancelled)
  assert.is(lab.calls.at(-1), 'addAddress 2.1 7 192.0.2.7/24')
  const waiting = new AbortController()
  const slow = new Lab({ up: async () => {} })
  const before = slow.connect(small, { signal: waiting.signal })
  waiting.abort()
  assert.is(refused(await before), cancelled)
})

test('a config with a fault, the method dhcp, and no adapter are refused before anything is done', async () => {
  const lab = new Lab()
  assert.match(
    refused(await lab.connect({ match: { name: 'lan0' }, method: 'dhcp' })),
    'NOT_SUPPORTED |  | its method is dhcp, and claimd does not connect by DHCP yet',
  )
  assert.match(
    refused(await lab.connect({ ...small, mtu: 5 })),
    'INCONSISTENT_CONFIGURATION |  | config.mtu: found 5',
  )
  assert.match(refused(await lab.connect({ ...small, gateway: '10.0.0.1' })), 'INCONSISTENT_CONFIGURATION')
  assert.match(refused(await lab.connect(small, { adapter: null })), 'no-adapter')
  assert.equal(lab.calls, [])
})

const validated = (config: object): string[] => {
  const answer = new Lab().dialling.validate(about(config))
  if (answer.result === 'SUCCESS') return []
  assert.ok(answer.reason)
  return answer.faults!.map(({ field, found, expected }) => `${field}: ${found}, expected ${expected}`)
}

test('validate: what the schema cannot say', () => {
  assert.equal(validated(lan), [])
  assert.equal(validated({ ...small, gateway: 'fe80::1' }), [], 'a link-local gateway is on every link')
  assert.equal(
    validated({
      ...small,
      addresses: ['192.0.2.7/32'],
      gateway: '198.51.100.1',
      routes: [{ destination: '198.51.100.1/32' }],
    }),
    [],
    'a gateway that a route leads to',
  )
  const cases: [object, string][] = [
    [
      { addresses: ['192.0.2.7/24', '10.0.0.1/8', '192.0.2.7/25'] },
      'addresses.2: "192.0.2.7/25", expected each address once; 192.0.2.7 is there already',
    ],
    [{ addresses: ['224.0.0.1/24'] }, 'addresses.0: "224.0.0.1/24", expected the address of one host'],
    [{ addresses: ['192.0.2.7/0'] }, 'addresses.0: "192.0.2.7/0", expected the address of one host'],
    [
      { gateway: '198.51.100.1' },
      'gateway: "198.51.100.1", expected an address within a network of the connection: 192.0.2.7/24',
    ],
    [
      { gateway: '192.0.2.7' },
      'gateway: "192.0.2.7", expected an address that is not among those of the connection',
    ],
    [
      { gateway: 'fd00::1' },
      'gateway: "fd00::1", expected a gateway of the family of the addresses, which are 192.0.2.7/24',
    ],
    [
      { gateway: ['192.0.2.1', '192.0.2.2'] },
      'gateway.1: "192.0.2.2", expected one gateway of each family at most; 192.0.2.1 is of the same one',
    ],
    [
      { routes: [{ destination: '10.0.0.1/8' }] },
      'routes.0.destination: "10.0.0.1/8", expected a network: no bit is set after its prefix',
    ],
    [
      { routes: [{ destination: 'fd00::ffff:0:0:1/64' }] },
      'routes.0.destination: "fd00::ffff:0:0:1/64", expected a network: no bit is set after its prefix',
    ],
    [
      { routes: [{ destination: 'default' }] },
      'routes.0.gateway: nothing, expected a gateway, since the destination is "default"',
    ],
    [
      { routes: [{ destination: '10.0.0.0/8', gateway: 'fe80::1' }] },
      'routes.0.gateway: "fe80::1", expected a gateway of the family of 10.0.0.0/8',
    ],
    [
      { routes: [{ destination: '10.0.0.0/8', gateway: '10.0.0.1' }] },
      'routes.0.gateway: "10.0.0.1", expected an address within a network of the connection: 192.0.2.7/24',
    ],
    [
      { gateway: '192.0.2.1', routes: [{ destination: 'default', gateway: '192.0.2.2' }] },
      'routes.0: {"destination":"default","gateway":"192.0.2.2","metric":100}, expected another destination or metric: there is a route to default, metric 100',
    ],
  ]
  for (const [more, fault] of cases) assert.equal(validated({ ...small, ...more }), [fault])
  assert.equal(validated({ match: { name: 'lan0' }, method: 'dhcp' }), [], 'it can be claimed')
  assert.is(validated({ match: { name: 'lan0' }, method: 'dhcp', mtu: 1 }).length, 1)
  assert.equal(validated({ ...small, mtu: 1 }).length, 1)
})

test('resources: free adapters that the connection is for, those with a carrier first', () => {
  const { dialling } = new Lab()
  const port = fakeAdapter({ name: 'lan7', index: 7, master: 'br0' })
  const adapters = [
    down,
    fakeAdapter({ name: 'lan3', index: 3 }),
    fakeAdapter({ name: 'wan0', index: 4 }),
    port,
  ]
  const ask = (config: object, given: Adapter[] = adapters) => {
    const { linkKey: _, ...answer } = dialling.resources({ ...about(config), adapters: given })
    return answer
  }
  assert.equal(ask(small), { result: 'SUCCESS', adapters: ['3.1', '2.1'] })
  assert.is(
    refused(ask({ ...small, match: { name: 'eth0' } })),
    'CONNECTION_ACQUIRE_FAILED | no-adapter | no wired adapter with name eth0 is free; free are lan0, lan3, wan0, lan7',
  )
  assert.match(refused(ask(small, [port])), 'name lan* is free; lan7 is a port of br0')
  assert.match(refused(ask(small, [])), 'free are none')
  const bridge = fakeAdapter({ name: 'lan9', index: 9, kind: 'bridge' })
  assert.match(refused(ask(small, [bridge])), 'no-adapter')
  assert.equal(ask({ ...small, match: { name: 'lan9' } }, [bridge]), { result: 'SUCCESS', adapters: ['9.1'] })
  assert.match(refused(ask({ method: 'static' })), 'INCONSISTENT_CONFIGURATION')
})

test('status: connected, suspended without a carrier, disconnected with the reason', async () => {
  const { fake, dialling } = new Lab()
  const both = { ...small, addresses: ['192.0.2.7/24', 'fd00::7/64'] }
  const all = { ...down, up: true, carrier: true, addresses: ['192.0.2.7/24', 'fd00::7/64', '10.0.0.1/8'] }
  const status = async (change: Partial<Adapter> | null) => {
    const adapter = change && { ...all, ...change }
    const answer = await dialling.status({ ...about(both), adapter, fence: 7 })
    return 'state' in answer ? [answer.state, answer.reason].join(' | ') : answer
  }
  assert.is(await status({}), 'connected | ', 'what others have added is no matter')
  assert.is(await status({ carrier: false }), 'suspended | lan0 has no carrier')
  assert.is(await status({ up: false }), 'disconnected | lan0 is down')
  assert.is(await status({ addresses: ['fd00::7/64'] }), 'disconnected | lan0 lacks 192.0.2.7/24')
  assert.is(
    await status({ addresses: ['192.0.2.7/24', 'fd00::7/48'] }),
    'disconnected | lan0 lacks fd00::7/64',
  )
  assert.is(await status(null), 'disconnected | its adapter is gone')
  const line = (flags: string) => `fd000000000000000000000000000007 02 40 00 ${flags}     lan0\n`
  const again = { addresses: ['192.0.2.7/24'] }
  fake.write('/proc/net/if_inet6', line('c0'))
  assert.is(await status(again), 'connected | ', 'duplicates of it are looked for once more')
  fake.write('/proc/net/if_inet6', line('c8'))
  assert.is(await status(again), 'disconnected | lan0 lacks fd00::7/64')
})

test('CM-27: two connections share a link when all of what they do is equal, however it is written', () => {
  const { dialling } = new Lab()
  const keyOf = (config: object, adapters: Adapter[] = []) =>
    dialling.resources({ ...about(config), adapters }).linkKey
  const equal = (one: object, other: object) => keyOf(one) === keyOf(other)
  assert.is(keyOf(lan), keyOf(lan, [down]), 'also when no adapter is free')
  const same = {
    ...lan,
    addresses: ['fd00::7/64', '192.0.2.7/24'],
    gateway: ['FD00::1', '192.0.2.1'],
    routes: [lan.routes[1], { ...lan.routes[0], metric: 100 }],
    others: 'refused',
  }
  assert.is(equal(lan, same), true)
  for (const change of [
    { match: { name: 'lan0' } },
    { addresses: ['192.0.2.8/24', 'fd00::7/64'] },
    { gateway: '192.0.2.1' },
    { routes: [lan.routes[1]] },
    { metric: 5 },
    { mtu: 1500 },
    { mtu: undefined },
    { others: 'allowed' },
  ])
    assert.is(equal(lan, { ...lan, ...change }), false, JSON.stringify(change))
  assert.is(keyOf({ method: 'static' }), undefined)
})

test('disconnect leaves the rest to the host, and takes down nothing that somebody else brought up', () => {
  const lab = new Lab()
  const call = { ...about(lan), adapter: down, fence: 7 }
  assert.equal(lab.dialling.disconnect({ ...call, origin: 'dialled' }), { result: 'SUCCESS' })
  assert.is(lab.dialling.disconnect({ ...call, origin: 'out-of-band' }).result, 'NOT_SUPPORTED')
  assert.equal(lab.calls, [])
})

test.run()
