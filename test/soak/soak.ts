/**
 * The soak: `npm run soak -- [--minutes M] [--seed S]` (2 minutes by default). A real daemon, in a network
 * namespace of its own, with plugins that crash, are saved anew and take their time, while links come, go and
 * change all the time. In the first half the daemon is killed or stopped every few seconds and started again;
 * the second half is one life of it, in which its memory is compared from window to window. Each life of the daemon is
 * recorded and, once it is over, replayed: that must end in the rows that are stored. Exits with 1 when anything was not as
 * it has to be.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from '@claimd/sdk/client'
import { Skipped } from '../harness/skip.js'
import { type Pick, randomFrom } from '../random.js'
import { type Daemon, Lab, until } from '../system/lab.js'
import { faultsAtRest, quiet } from './checks.js'
import { Follower } from './follower.js'
import { growth, type Measurement, measure } from './measure.js'
import { dropPlugins, save } from './plugins.js'
import { Recordings } from './recordings.js'
import { Traffic } from './traffic.js'

/** So much more memory, as a part, may be in use in the last third of the windows than in the first. */
const allowedGrowth = 0.05
/** A window takes so long, in milliseconds; a good part of it is for coming to rest and for measuring. */
const windowMs = 6_000
const mostWindows = 60
/** After this part of them the caches and the compiled code are what they will be. */
const warmUp = 1 / 4
/** Between rounds of changes, in milliseconds. */
const pause = 50
/** A busy machine's links change about once in so many seconds; an hour of that is an hour-equivalent. */
const secondsAChange = 1

class Soak {
  readonly lab = new Lab().withNamespace()
  readonly memoryFile = join(this.lab.folder, 'memory')
  readonly traffic: Traffic
  readonly follower = new Follower(this.lab.socket)
  readonly recordings = new Recordings(this.lab)
  readonly faults: string[] = []
  readonly kills = { SIGKILL: 0, SIGTERM: 0 }
  readonly measured: Measurement[] = []
  resyncs = 0
  commandsOfLife = 0
  checks = 0
  daemon!: Daemon

  constructor(private readonly pick: Pick) {
    dropPlugins(this.lab)
    this.traffic = new Traffic(this.lab.namespace, pick)
  }

  async start(): Promise<void> {
    const probe = pathToFileURL(fileURLToPath(new URL('./memory-probe.js', import.meta.url)))
    const prefix = ['env', `SOAK_MEMORY=${this.memoryFile}`]
    const args = ['--record', this.recordings.file]
    this.daemon = this.lab.launch({ prefix, node: [`--import=${probe}`], bundled: true, args })
    const client = new Client({ socket: this.lab.socket })
    await until(
      async () => {
        this.assertAlive()
        return client.status().catch(() => null)
      },
      () => `the daemon does not answer:\n${this.daemon.output}`,
    )
  }

  assertAlive(): void {
    const { exitCode, signalCode } = this.daemon.process
    if (exitCode !== null || signalCode !== null)
      throw new Error(`the daemon ended by itself (${exitCode ?? signalCode}):\n${this.daemon.output}`)
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.assertAlive()
    this.resyncs += (await new Client({ socket: this.lab.socket }).status()).resyncs
    this.kills[signal]++
    const code = await this.daemon.kill(signal)
    if (signal === 'SIGTERM' && code !== 0) this.faults.push(`stopped, the daemon ended with ${code}`)
    const left = () => execFileSync('ip', ['netns', 'pids', this.lab.namespace], { encoding: 'utf8' }).trim()
    // Links are being changed by somebody who is in another namespace; nobody else may be left in this one.
    await until(
      async () => left() === '',
      () => `processes are left 5 s after ${signal}: ${left()}`,
      5_000,
    ).catch((error: Error) => this.faults.push(error.message))
    const differs = await this.recordings.check(signal === 'SIGKILL')
    if (differs !== null) this.faults.push(differs)
  }

  /** Lets plugins be saved, and sometimes killed, while the links change. */
  async trouble(ms: number): Promise<void> {
    const until = performance.now() + ms
    while (performance.now() < until) {
      await delay(Math.min(1_000, until - performance.now()))
      this.assertAlive()
      save(this.lab, 'reloads')
      if (this.pick(8) === 0) save(this.lab, 'crashes')
    }
  }

  /** With the daemon killed and stopped again and again. */
  async restarts(ms: number): Promise<void> {
    const end = performance.now() + ms
    this.traffic.start(pause)
    while (performance.now() < end) {
      await this.trouble(500 + this.pick(5_000))
      await this.end(this.pick(3) === 0 ? 'SIGTERM' : 'SIGKILL')
      await delay(this.pick(500))
      await this.start()
    }
    await this.traffic.stop()
    await this.check('after the restarts')
  }

  /** In one life of the daemon. */
  async life(ms: number): Promise<void> {
    const windows = Math.max(6, Math.min(mostWindows, Math.floor(ms / windowMs)))
    const before = this.traffic.commands
    for (let window = 0; window < windows; window++) {
      this.traffic.start(pause)
      await this.trouble(Math.max(1_000, ms / windows - 3_000))
      await this.traffic.stop()
      await this.traffic.reset()
      await this.check(`window ${window}`)
      if (window >= windows * warmUp) this.measured.push(await measure(this.daemon, this.memoryFile))
    }
    this.commandsOfLife = this.traffic.commands - before
  }

  async check(when: string): Promise<void> {
    const rows = await quiet(this.lab, this.follower)
    this.checks++
    this.faults.push(...faultsAtRest(this.lab, this.follower, rows).map((fault) => `${when}: ${fault}`))
  }

  async close(): Promise<void> {
    await this.traffic.stop()
    await this.follower.close()
    await this.lab.close()
  }
}

const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`
const percent = (part: number) => `${part >= 0 ? '+' : ''}${(part * 100).toFixed(1)} %`

function report(soak: Soak, seconds: number): void {
  const { follower, traffic, kills, measured, recordings } = soak
  const line = (name: string, value: string | number) => console.log(`  ${name.padEnd(20)} ${value}`)
  console.log('what happened')
  line('link commands', `${traffic.commands}, ${Math.round(traffic.commands / seconds)} a second`)
  line('events', `${follower.events}, ${Math.round(follower.events / seconds)} a second`)
  for (const type of [
    'adapter-appeared',
    'adapter-renamed',
    'claimed',
    'handed-over',
    'claim-ended',
    'resync',
  ])
    line(`  ${type}`, follower.count(type))
  line('plugins', `${follower.count('plugin-started')} starts, ${follower.count('plugin-added')} reloads`)
  line('host', `${kills.SIGKILL} times kill -9, ${kills.SIGTERM} stops`)
  line('kernel overflows', soak.resyncs)
  line('checks at rest', soak.checks)
  line(
    'recordings',
    `${recordings.lives} of ${megabytes(recordings.bytes)}, ${recordings.entries} entries, ${recordings.cut} cut by a kill`,
  )
  console.log('one life of the daemon, at rest, with the same links, garbage collected')
  const hours = (soak.commandsOfLife * secondsAChange) / 3_600
  line('link commands', `${soak.commandsOfLife}, as in ${hours.toFixed(1)} hours of one a second`)
  for (const of of ['heap', 'resident', 'descriptors'] as const) {
    const values = measured.map((one) => (of === 'descriptors' ? one[of] : megabytes(one[of])))
    line(of, `${percent(growth(measured, of))}: ${values.join(', ')}`)
  }
}

async function run(minutes: number, seed: number): Promise<number> {
  const began = performance.now()
  const soak = new Soak(randomFrom(seed))
  const { faults } = soak
  const interrupted = () => void soak.close().then(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    console.log(`soak: ${minutes} minutes, seed ${seed}, in network namespace ${soak.lab.namespace}`)
    await soak.traffic.reset()
    await soak.start()
    await soak.restarts(minutes * 30_000)
    await soak.life(minutes * 30_000)
    await soak.end('SIGTERM')
    for (const of of ['heap', 'resident', 'descriptors'] as const) {
      const more = growth(soak.measured, of)
      if (more > allowedGrowth) faults.push(`${of} grew by ${percent(more)}`)
    }
    report(soak, (performance.now() - began) / 1_000)
  } catch (error) {
    faults.push((error as Error).stack ?? String(error))
  } finally {
    await soak.close()
  }
  for (const fault of faults.slice(0, 30)) console.log(`FAULT ${fault}`)
  console.log(faults.length === 0 ? `sound, seed ${seed}` : `${faults.length} faults, seed ${seed}`)
  return faults.length === 0 ? 0 : 1
}

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
try {
  process.exitCode = await run(Number(values.minutes ?? 2), Number(values.seed ?? Date.now() % 1_000_000))
} catch (error) {
  if (!(error instanceof Skipped)) throw error
  console.log(`not run: ${error.reason}`)
  process.exitCode = 1
}
