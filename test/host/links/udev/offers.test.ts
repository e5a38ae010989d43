import * as assert from 'uvu/assert'
import * as c from '../../../../host/links/netlink/constants.js'
import { LinkTable } from '../../../../host/links/netlink/link-table.js'
import { Udev } from '../../../../host/links/udev/udev.js'
import { suite } from '../../../harness.js'
import { mine, notMine, Rig, type TestProvider } from '../../core/rig.js'
import { linkDatagram, notice } from '../netlink/build.js'
import { FakeUdev } from './fake-udev.js'

const test = suite('links/udev/offers')

const noFacts = { driver: null, vendor: null, product: null, wifi: false }

/** The whole core, with links that the kernel tells of and a folder that udev writes. */
class Machine {
  readonly rig = new Rig()
  readonly #udev: Udev
  readonly #table: LinkTable
  #wake = () => {}

  constructor(readonly fake: FakeUdev) {
    this.#udev = new Udev({ folder: fake.folder, initialNamespace: true }, (index) => {
      this.#table.refresh(index)
      this.#tell()
    })
    this.#table = new LinkTable(() => noFacts, this.#udev)
  }

  appears(index: number, name: string): void {
    this.#table.apply(notice(linkDatagram(c.RTM_NEWLINK, { index, name, up: true, carrier: true })))
    this.#tell()
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds())
      await new Promise<void>((done) => {
        this.#wake = done
      })
  }

  close(): void {
    this.#udev.close()
    this.fake.close()
  }

  #tell(): void {
    for (const event of this.#table.takeEvents()) this.rig.engine.submit(event)
    this.rig.clock.run()
    this.#wake()
  }
}

let machine: Machine

test.before.each(async () => {
  machine = new Machine(await FakeUdev.start())
})
test.after.each(() => machine?.close())

const taker: TestProvider = { id: 'a/taker', offer: ({ adapter }) => mine(adapter.name) }

test('SC-12: there is no offer until udev has finished with the link', async () => {
  const { rig, fake } = machine
  rig.start([], [taker])
  machine.appears(2, 'lab0')
  assert.equal(rig.asked, [])
  assert.is(rig.row('lab0').state, 'unmanaged')
  assert.is(rig.row('lab0').because, 'udev has not finished with it yet')
  fake.write(2)
  await machine.until(() => rig.row('lab0').state === 'claimed')
  assert.is(rig.asked.length, 1)
})

test('SC-12: a link that udev does not finish with is offered after three seconds', async () => {
  const { rig } = machine
  rig.start([], [taker])
  const since = performance.now()
  machine.appears(2, 'lab0')
  await machine.until(() => rig.asked.length > 0)
  assert.ok(performance.now() - since >= 2_900)
  assert.is(rig.row('lab0').state, 'claimed')
})

test('SC-13: whose link it is decides who is asked: who manages for the owner, then the safety net', async () => {
  const { rig, fake } = machine
  const decline = () => notMine()
  rig.start(
    [],
    [
      { id: 'a/exact', band: 'exact', offer: decline },
      { id: 'b/other', band: 'exact', manages: ['org.example.Other'], offer: decline },
      { id: 'c/lab', manages: ['org.example.Lab'], offer: decline },
      { id: 'd/net', band: 'generic', offer: ({ adapter }) => mine(adapter.name) },
    ],
  )
  fake.write(2, { ID_NET_MANAGED_BY: 'org.example.Lab' })
  machine.appears(2, 'lab0')
  await machine.until(() => rig.row('lab0').state === 'claimed')
  assert.equal(rig.story('lab0'), ['c/lab INVALID_CONNECTION', 'd/net SUCCESS'])
  const skipped = rig.rounds('lab0')[0]!.answers.filter((answer) => answer.skipped !== null)
  assert.equal(
    skipped.map((answer) => answer.provider),
    ['a/exact', 'b/other'],
  )
  for (const answer of skipped) assert.match(answer.skipped ?? '', /owned by org\.example\.Lab/)
})

test('SC-13: udev may change its mind, and everybody is asked', async () => {
  const { rig, fake } = machine
  rig.start([], [taker])
  fake.write(2, { ID_NET_MANAGED_BY: 'org.example.Lab' })
  machine.appears(2, 'lab0')
  assert.equal(rig.asked, [])
  fake.write(2)
  await machine.until(() => rig.asked.length > 0)
  assert.is(rig.row('lab0').state, 'claimed')
})

test.run()
