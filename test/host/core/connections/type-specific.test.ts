import type { TypeSpecificDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine } from '../rig.js'
import { codeOf, Desk } from './desk.js'

const test = suite('core/connections/type-specific')

const told = (desk: Desk, connection = 'office'): Promise<TypeSpecificDocument> =>
  desk.ask({ type: 'type-specific', connection })

test('the provider of a connection that is up tells of it, and is asked anew each time', async () => {
  const asked: unknown[] = []
  const eth0 = link('eth0')
  const desk = new Desk({
    links: [eth0],
    dials: {
      typeSpecific: ({ adapter, fence, connection }) => {
        asked.push([adapter?.name, adapter?.addresses.length, fence, connection.name])
        return { result: 'SUCCESS', info: { signal: 70 + asked.length } }
      },
    },
  })
  await desk.connect()
  const provider = 'net/wired'
  const document = { connection: 'office', provider, result: 'SUCCESS', because: null }
  assert.equal(await told(desk), { ...document, info: { signal: 71 } })
  desk.rig.link({ ...eth0, addresses: ['192.0.2.7/24'] })
  assert.equal(await told(desk), { ...document, info: { signal: 72 } })
  const { fence } = desk.rig.acts[0]!
  assert.equal(asked, [
    ['eth0', 0, fence, 'office'],
    ['eth0', 1, fence, 'office'],
  ])
})

test('what its provider answers instead is told as it is', async () => {
  const silent = new Desk()
  await silent.connect()
  assert.equal(await told(silent), {
    connection: 'office',
    provider: 'net/wired',
    result: 'NOT_IMPLEMENTED',
    info: null,
    because: 'net/wired answered NOT_IMPLEMENTED',
  })
  const busy = new Desk({ dials: { typeSpecific: () => ({ result: 'NOT_SUPPORTED', reason: 'not now' }) } })
  await busy.connect()
  const { result, because } = await told(busy)
  assert.equal([result, because], ['NOT_SUPPORTED', 'not now'])
})

test('no provider is asked about a connection that is not up, and an unknown one is refused', async () => {
  const desk = new Desk()
  assert.equal(await told(desk), {
    connection: 'office',
    provider: null,
    result: 'CONNECTION_NOT_ACQUIRED',
    info: null,
    because: 'it is not connected',
  })
  assert.equal(desk.rig.askedOfConnections, [])
  assert.is(await codeOf(told(desk, 'home')), 'CONNECTION_NOT_FOUND')
})

test('a claimed connection is asked about by its claim, if it is configured', async () => {
  const typeSpecific = () => ({ result: 'SUCCESS', info: { lease: 'until noon' } }) as const
  const claims = (volatile: boolean, connection: string) =>
    new Desk({
      links: [link('eth0', { addresses: ['192.0.2.7/24'] })],
      provider: { offer: () => ({ ...mine(connection), volatile }) },
      dials: { typeSpecific },
    })
  const configured = claims(false, 'office')
  assert.is(configured.row().origin, 'out-of-band')
  assert.equal((await told(configured)).info, { lease: 'until noon' })
  const volatile = claims(true, 'eth0')
  const { result, because } = await told(volatile, 'eth0')
  assert.equal([result, because], ['NOT_SUPPORTED', 'it is not configured, and lives as long as its claim'])
})

test('an answer that comes when the connection is down already still is the answer', async () => {
  const desk = new Desk({ dials: { typeSpecific: () => ({ result: 'SUCCESS', info: {} }) } })
  await desk.connect()
  const [document] = await Promise.all([told(desk), desk.disconnect()])
  assert.is(document.result, 'SUCCESS')
})

test.run()
