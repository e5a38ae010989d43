import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { Connecting } from '../place/connecting.js'
import { Daemon } from '../place/daemon.js'
import { dialType, writeConnections, writeDialPlugin } from '../place/dial-plugin.js'
import { child, claimd } from '../place/files.js'
import { lackingForLinks, lackingForNetworkManager } from '../place/needs.js'
import { address, Network, names } from '../place/network.js'
import { NetworkManager } from '../place/network-manager.js'
import { Place } from '../place/place.js'
import { memoryOf, quiet, timed, userMsOf } from '../place/processes.js'
import type { Report } from '../report/report.js'
import { median, quantile, spread } from '../report/statistics.js'

/** The first ones are not counted: nothing is compiled yet. */
const warmUps = 10

/** As many as root may have open: `openLimitOfRoot`. */
const inFlight = 250

interface Wired {
  /** The whole command. */
  commandMs: number[]
  /** A command that only asks. */
  askMs: number[]
}

interface Many {
  ms: number
  userMs: number
  before: number
  after: number
}

export const connect: Benchmark = {
  name: 'connect',
  title: 'a connect is asked for → the connection is up',
  lacking: lackingForLinks,
  async run(report, { quick, runs }) {
    await tellSingle(report, quick ? 30 : 250)
    await tellWired(report, quick ? 8 : 40)
    await tellMany(report, quick ? 100 : 1000, runs)
    report.note(
      `A connect over the API ends where a client's stream of events says that its request is completed. The provider that answers at once runs in the process of a real plugin, behind all walls, and is asked twice: what it needs, and to connect. The bare channel is child_process.fork and send, one message there and back. ${inFlight} requests are open at the same time, as many as one caller may have; the next is made when one is completed. Processor time and memory are the host's, the plugin's apart.`,
    )
  },
}

async function tellSingle(report: Report, count: number): Promise<void> {
  const roundTrips = await Place.use((place) => bareRoundTrips(place, count))
  const found = await Place.use((place) => oneByOne(place, count))
  for (const [share, name] of [
    [0.5, 'p50'],
    [0.99, 'p99'],
  ] as const) {
    report.figure({
      what: `a provider that answers at once, ${name}`,
      value: quantile(found.connectMs, share),
      unit: 'ms',
      beside: { name: 'one bare IPC round trip', value: quantile(roundTrips, share) },
    })
  }
  const status = { name: 'GET /v1/status', value: quantile(found.statusMs, 0.5) }
  report.figure({
    what: 'its request alone, p50',
    value: quantile(found.acceptedMs, 0.5),
    unit: 'ms',
    beside: status,
  })
  report.figure({ what: 'its disconnect, p50', value: quantile(found.disconnectMs, 0.5), unit: 'ms' })
}

async function tellWired(report: Report, count: number): Promise<void> {
  const ours = await Place.use((place) => claimdWired(place, count))
  const lacking = lackingForNetworkManager()
  if (lacking) report.skip('NetworkManager', lacking)
  const peer = lacking ? null : await Place.use((place) => peerWired(place, count))
  for (const [what, field, theirs] of [
    ['`claimd connect`, static address', 'commandMs', '`nmcli connection up`'],
    ['a command that only asks', 'askMs', '`nmcli general status`'],
  ] as const) {
    report.figure({
      what: `${what}, p50`,
      value: quantile(ours[field], 0.5),
      unit: 'ms',
      ...(peer && { beside: { name: theirs, value: quantile(peer[field], 0.5) } }),
    })
  }
  report.figure({ what: 'static address, over the API, p50', value: quantile(ours.apiMs, 0.5), unit: 'ms' })
}

async function tellMany(report: Report, count: number, runs: number): Promise<void> {
  const found: Many[] = []
  for (let run = 0; run < runs; run++) {
    await quiet()
    found.push(await Place.use((place) => allAtOnce(place, count)))
  }
  const figure = (what: string, unit: 'ms' | 'MB', of: (one: Many) => number) =>
    report.figure({ what, value: median(found.map(of)), unit, spread: spread(found.map(of)) })
  figure(`${count} at once, until the last is up`, 'ms', ({ ms }) => ms)
  figure('for each', 'ms', ({ ms }) => ms / count)
  figure('processor time for each', 'ms', ({ userMs }) => userMs / count)
  figure(`resident, ${count} down`, 'MB', ({ before }) => before)
  figure(`resident, ${count} up`, 'MB', ({ after }) => after)
}

async function bareRoundTrips(place: Place, count: number): Promise<number[]> {
  const echo: ChildProcess = fork(child('ipc-echo'))
  place.undo(() => echo.kill('SIGKILL'))
  await once(echo, 'message')
  const found: number[] = []
  for (let id = 1; id <= count + warmUps; id++) {
    const start = performance.now()
    echo.send({ id, provider: 'dial', connection: 'c0', fence: id })
    await once(echo, 'message')
    if (id > warmUps) found.push(performance.now() - start)
    await delay(5)
  }
  echo.disconnect()
  return found
}

/** Each connects one adapter, once: the rounds of one that is free again are limited. */
async function dialling(place: Place, links: readonly string[]) {
  const network = new Network(place)
  await network.ifbs(links, 'down')
  const config = writeConnections(place.folder, links, (link) => ({ type: dialType, config: { link } }))
  const plugins = writeDialPlugin(`${place.folder}/plugins`)
  const daemon = new Daemon(place, { network, plugins, args: ['--config', config] })
  await daemon.answers()
  await daemon.rests()
  return { daemon, connecting: await Connecting.through(place, daemon) }
}

async function oneByOne(place: Place, count: number) {
  const links = names('c', count + warmUps)
  const { daemon, connecting } = await dialling(place, links)
  const found = {
    connectMs: [] as number[],
    acceptedMs: [] as number[],
    statusMs: [] as number[],
    disconnectMs: [] as number[],
  }
  const { client } = daemon
  for (const [number, link] of links.entries()) {
    const statusMs = await msOf(() => client.status())
    const { acceptedMs, ms } = await connecting.connect(link)
    const disconnectMs = await msOf(() => client.disconnect(link))
    if (number < warmUps) continue
    found.statusMs.push(statusMs)
    found.acceptedMs.push(acceptedMs)
    found.connectMs.push(ms)
    found.disconnectMs.push(disconnectMs)
  }
  return found
}

async function allAtOnce(place: Place, count: number): Promise<Many> {
  const links = names('m', count)
  const { daemon, connecting } = await dialling(place, links)
  const before = memoryOf(daemon.pid).rss
  const userBefore = userMsOf(daemon.pid)
  const start = performance.now()
  await connecting.all(links, inFlight)
  const ms = performance.now() - start
  const userMs = userMsOf(daemon.pid) - userBefore
  const { connections } = await daemon.client.status()
  if (connections.connected !== count) throw new Error(`not all are up: ${JSON.stringify(connections)}`)
  return { ms, userMs, before, after: memoryOf(daemon.pid).rss }
}

const wiredPrefix = 'w'

async function wiredLinks(place: Place, count: number): Promise<{ network: Network; links: string[] }> {
  const network = new Network(place)
  const links = names(wiredPrefix, count)
  await network.veths(links, 'up')
  return { network, links }
}

async function claimdWired(place: Place, count: number): Promise<Wired & { apiMs: number[] }> {
  const { network, links } = await wiredLinks(place, 2 * count)
  const config = writeConnections(place.folder, links, (name, number) => ({
    type: 'ethernet',
    config: { match: { name }, method: 'static', addresses: [address(number)] },
  }))
  const daemon = new Daemon(place, { network, args: ['--config', config] })
  await daemon.answers()
  await daemon.rests()
  const connecting = await Connecting.through(place, daemon)
  const found = { commandMs: [] as number[], askMs: [] as number[], apiMs: [] as number[] }
  const command = (...args: string[]) => timed([process.execPath, claimd, ...args, '--socket', daemon.socket])
  for (const link of links.slice(0, count)) {
    found.commandMs.push(await command('connect', link))
    found.askMs.push(await command('status'))
  }
  for (const link of links.slice(count)) found.apiMs.push((await connecting.connect(link)).ms)
  return found
}

async function peerWired(place: Place, count: number): Promise<Wired> {
  const { network, links } = await wiredLinks(place, count)
  const profiles = Object.fromEntries(
    links.map((link, number) => [
      link,
      `[connection]\nid=${link}\ntype=ethernet\ninterface-name=${link}\nautoconnect=false\n[ipv4]\nmethod=manual\naddress1=${address(number)}\ndad-timeout=0\n[ipv6]\nmethod=disabled\n`,
    ]),
  )
  const peer = await NetworkManager.start(place, network, count + 1, profiles)
  const found: Wired = { commandMs: [], askMs: [] }
  for (const link of links) {
    found.commandMs.push(await timed(peer.command('connection', 'up', link), peer.env))
    found.askMs.push(await timed(peer.command('general', 'status'), peer.env))
  }
  return found
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
