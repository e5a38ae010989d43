import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Adapter } from '@claimd/sdk'
import type { Question } from '../../../host/core/kernel/provider-port.js'
import { Places, PluginHost } from '../../../host/plugin-host/index.js'
import type { Benchmark } from '../benchmark.js'
import { child } from '../place/files.js'
import { nothingLacking } from '../place/needs.js'
import { Place } from '../place/place.js'
import { writePlugins } from '../place/plugins.js'
import { median, spread } from '../report/statistics.js'

/** As many as the host lets wait for one plugin. */
const inFlight = 32
const listLength = 16

export const offers: Benchmark = {
  name: 'offers',
  title: 'offers a second through one real plugin process',
  lacking: nothingLacking,
  async run(report, { quick, runs }) {
    const count = quick ? 5000 : 50_000
    const found = await Place.use((place) => measure(place, count, runs))
    const rate = (values: readonly number[]) => ({ value: median(values), spread: spread(values) })
    const single = { name: 'bare IPC, one by one', value: median(found.bareSingly) }
    report.figure({
      what: 'handed over together',
      ...rate(found.together),
      unit: 'per second',
      budget: single.value,
      beside: single,
    })
    report.figure({
      what: 'one by one',
      ...rate(found.singly),
      unit: 'per second',
      beside: single,
    })
    const lists = { name: 'handed over together', value: median(found.together) }
    report.figure({
      what: `bare IPC, lists of ${listLength}`,
      ...rate(found.bareLists),
      unit: 'per second',
      beside: lists,
    })
    report.note(
      `The same offer everywhere, ${inFlight} in flight. One by one: each is asked when the answer of another has come. The bare channel is child_process.fork and send, with an echo at the other end, and checks nothing.`,
    )
  },
}

async function measure(place: Place, count: number, runs: number) {
  const plugin = await RealPlugin.start(place)
  const bare = fork(child('ipc-echo'))
  place.undo(() => bare.kill('SIGKILL'))
  await once(bare, 'message')
  const found = {
    together: [] as number[],
    singly: [] as number[],
    bareSingly: [] as number[],
    bareLists: [] as number[],
  }
  const ways = {
    together: () => plugin.together(count),
    singly: () => plugin.singly(count),
    bareSingly: () => overBareChannel(bare, count, 1),
    bareLists: () => overBareChannel(bare, count, listLength),
  }
  // Round 0 warms up. The ways take turns, so that a disturbance hits all of them.
  for (let run = 0; run <= runs; run++) {
    for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
      const perSecond = await ways[way]()
      if (run > 0) found[way].push(perSecond)
    }
  }
  await plugin.stop()
  bare.disconnect()
  return found
}

/** A plugin host as the daemon has it, and a plugin that answers at once. */
class RealPlugin {
  readonly #host: PluginHost
  #answered: () => void = () => {}
  #nextId = 1

  private constructor(folder: string) {
    this.#host = new PluginHost(
      {
        folders: [{ path: folder, bundled: false }],
        hostVersion: '1.0.0',
        places: new Places(join(folder, '.state')),
      },
      {
        providersChanged: () => {},
        event: (event) => {
          if (event.type !== 'answer') return
          if (event.answer.result !== 'INVALID_CONNECTION') throw new Error(JSON.stringify(event.answer))
          this.#answered()
        },
        note: () => {},
        child: () => {},
        log: () => {},
      },
    )
  }

  static async start(place: Place): Promise<RealPlugin> {
    const folder = writePlugins(join(place.folder, 'plugins'), 1, 1, () => '*')
    const plugin = new RealPlugin(folder)
    await plugin.#host.start()
    await plugin.singly(1)
    return plugin
  }

  /** All are handed to the host in one call, which then sends them as it sees fit. */
  together(count: number): Promise<number> {
    return perSecond(count, (done) => {
      this.#answered = done
      this.#host.ask(Array.from({ length: count }, () => this.#question()))
    })
  }

  singly(count: number): Promise<number> {
    return perSecond(count, (done) => {
      let left = count
      const next = () => {
        if (left-- > 0) this.#host.ask([this.#question()])
      }
      this.#answered = () => {
        done()
        next()
      }
      for (let i = 0; i < inFlight; i++) next()
    })
  }

  stop(): Promise<void> {
    return this.#host.stop()
  }

  #question(): Question {
    const id = this.#nextId++
    return {
      id,
      kind: 'offer',
      provider: 'plugin0/p0',
      adapter: offered,
      connection: 'eth0',
      evidence: null,
      fence: id,
    }
  }
}

/** @param length 1: each offer is a message of its own */
function overBareChannel(channel: ChildProcess, count: number, length: number): Promise<number> {
  return perSecond(count, (done) => {
    let next = 0
    const offer = () => ({ id: ++next, provider: 'p0', adapter: offered, connection: 'eth0', fence: next })
    const send = () => {
      if (next >= count) return
      if (length === 1) channel.send(offer())
      else channel.send(Array.from({ length: Math.min(length, count - next) }, offer))
    }
    channel.removeAllListeners('message').on('message', (answer: object) => {
      for (let i = Array.isArray(answer) ? answer.length : 1; i > 0; i--) done()
      send()
    })
    for (let i = 0; i < inFlight; i += length) send()
  })
}

/** @param begin starts the work, and is to call `done` for each answer */
function perSecond(count: number, begin: (done: () => void) => void): Promise<number> {
  const start = performance.now()
  return new Promise((resolve) => {
    let answers = 0
    begin(() => {
      if (++answers === count) resolve((count / (performance.now() - start)) * 1000)
    })
  })
}

const offered: Adapter = {
  id: '2.1',
  name: 'eth0',
  alternativeNames: [],
  index: 2,
  kind: 'ethernet',
  driver: 'virtio_net',
  address: '02:fc:00:00:00:01',
  permanentAddress: null,
  path: 'pci/0000:00:03.0',
  vendor: '1af4',
  product: '1000',
  // So that it is declined: a claim would leave something behind in the host.
  up: false,
  carrier: null,
  master: null,
  addresses: ['192.0.2.2/24'],
}
