import type { ChildProcess } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import type { Socket } from 'node:net'
import type { ClaimStands, ConfiguredConnection, Released } from '@claimd/sdk'
import {
  type ActOutcome,
  type ActParams,
  type CancelActParams,
  type HandleEvent,
  hostMethods,
  type SentCall,
} from '@claimd/sdk/wire'
import type { Deadlines } from '../deadlines.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { Launch } from '../jail/launch-request.js'
import type { LogLines } from '../logs/log-lines.js'
import { Channel } from './channel.js'
import { endGraceMs } from './deadline.js'
import { PluginRequests } from './plugin-requests.js'
import type { ProcessEvents } from './process-events.js'
import { Overdue, TimedRequests } from './timed-requests.js'
import { cut } from './wire-checks.js'

/** A plugin that is told to deactivate shows within this many milliseconds that its loop turns. */
const stopAcknowledgeMs = 1000

/** One process of a plugin, from its start to its end. */
export class PluginProcess {
  readonly startedAt = performance.now()
  readonly #deadlines: Deadlines
  readonly #log: LogLines
  readonly #events: ProcessEvents
  /** `null` when it could not even be tried to start one. */
  readonly #child: ChildProcess | null
  readonly #channel: Channel | null
  readonly #timed: TimedRequests
  readonly #gone = new AbortController()
  #activated = false
  #exited = false
  /** Whether a debugger is attached. */
  #debugged = false
  #pinging = false
  #stopping: Promise<void> | null = null
  #ended: () => void = () => {}
  /** Resolves when the process is gone. */
  readonly ended = new Promise<void>((resolve) => {
    this.#ended = resolve
  })

  constructor(launch: Launch, deadlines: Deadlines, log: LogLines, events: ProcessEvents) {
    // Each call that waits listens to it, and their number is limited elsewhere.
    setMaxListeners(0, this.#gone.signal)
    this.#deadlines = deadlines
    this.#log = log
    this.#events = events
    this.#child = this.#launch(launch)
    this.#timed = new TimedRequests(
      (method, params) => this.#channel?.request(method, params),
      this.isDebugged,
    )
    this.#channel = this.#child && this.#connect(this.#child)
  }

  /** While it is, no deadline passes; but whoever stops it does not wait for the debugger. */
  readonly isDebugged = (): boolean => this.#debugged && this.#stopping === null

  /** Whether there ever was a process. */
  get wasStarted(): boolean {
    return this.#child?.pid !== undefined
  }

  get pid(): number | null {
    return this.#exited ? null : (this.#child?.pid ?? null)
  }

  /** Aborted when the process is gone, or is about to be: whatever it started through the host ends then. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  /** Tells of something that lasts. Resolves when the plugin can be told more. */
  tell(handle: number, event: HandleEvent): Promise<void> {
    this.#channel?.notify(hostMethods.handle, { handle, event })
    return this.#channel?.drained() ?? Promise.resolve()
  }

  /**
   * @param data the path of the plugin's data folder
   * @throws when the plugin does not become active in time, with the reason
   */
  async activate(
    plugin: AcceptedPlugin,
    configured: readonly ConfiguredConnection[],
    data: string,
  ): Promise<void> {
    const { name, version, entry, providers } = plugin
    await this.#timed.request(this.#deadlines.activateMs, hostMethods.activate, {
      plugin: { name, version },
      entry,
      providers: providers.map(({ localId }) => localId),
      configured,
      data,
    })
    this.#activated = true
  }

  call(calls: readonly SentCall[]): void {
    this.#channel?.expect(calls.length)
    this.#acknowledgement('a list of calls', hostMethods.calls, { calls }, () =>
      this.#events.acknowledged(calls.map(({ id }) => id)),
    )
    this.#channel?.flush()
  }

  /**
   * An operation, which is sent once and has no deadline here: whoever asked for it knows how long it may take.
   * @returns what the provider answers, unchecked, or the text of the error; stays open when the process ends
   */
  async act(act: ActParams): Promise<ActOutcome> {
    if (!this.#channel) return new Promise(() => {})
    try {
      const { answer, error } = (await this.#channel.request(hostMethods.act, act)) as {
        answer?: unknown
        error?: unknown
      }
      return typeof error === 'string' ? { error } : { answer }
    } catch (error) {
      return { error: (error as Error).message }
    }
  }

  /** The result of an act is no longer wanted. @param overdue called if the process is still there after a while */
  cancelAct(act: CancelActParams, overdue: (ms: number) => void): void {
    const { cancelMs } = this.#deadlines
    this.#channel?.notify(hostMethods.cancelAct, act)
    this.#timed.after(cancelMs, () => overdue(cancelMs))
  }

  /** Lets debuggers attach, at a port of this machine. While one is, no deadline passes. */
  inspect(port: number): void {
    // Node tells of it on a line of its own, and in no other way: `node:inspector` has no event for it.
    this.#child?.stderr?.on('data', (text: string) => {
      if (text.includes('Debugger attached.')) this.#debugged = true
      if (text.includes('Debugger ending on')) this.#debugged = false
    })
    this.#timed
      .request(this.#deadlines.acknowledgeMs, hostMethods.inspect, { port })
      .catch((error: Error) => {
        if (!this.#exited)
          this.#log.write(`no debugger can attach at port ${port}: ${error.message}`, 'channel')
      })
  }

  /** Finds out whether its loop still turns. */
  ping(): void {
    if (this.#pinging) return
    this.#pinging = true
    this.#acknowledgement('a ping', hostMethods.ping, {}, () => {
      this.#pinging = false
    })
  }

  cancel(ids: readonly number[]): void {
    this.#channel?.notify(hostMethods.cancel, { ids })
  }

  claimed(claimed: readonly (ClaimStands & { provider: string })[]): void {
    this.#channel?.notify(hostMethods.claimed, { claimed })
  }

  released(released: readonly (Released & { provider: string })[]): void {
    this.#channel?.notify(hostMethods.released, { released })
  }

  configure(configured: readonly ConfiguredConnection[]): void {
    this.#channel?.notify(hostMethods.configured, { configured })
  }

  /** Lets the plugin deactivate, then ends the process. Resolves when it is gone. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    if (this.#activated && !this.#exited) {
      const deactivated = this.#timed.request(this.#deadlines.deactivateMs, hostMethods.deactivate, {})
      // Slow work may take its time; a loop that is stuck will never come to it.
      this.#timed.request(stopAcknowledgeMs, hostMethods.ping, {}).catch(() => this.kill())
      // A request stays open when the process ends, which it may do at this very moment: it was killed.
      await Promise.race([deactivated, this.ended]).catch((error: Error) => {
        if (!this.#exited) this.#log.write(`deactivate: ${error.message}`, 'channel')
      })
      this.#channel?.end()
      const timer = this.#timed.after(endGraceMs, () => this.kill())
      await this.ended
      timer.clear()
    }
    this.kill()
    await this.ended
  }

  /** Ends the process, and what it started, without asking it. */
  kill(): void {
    this.#gone.abort()
    if (!this.#exited) this.#killGroup()
  }

  #launch(launch: Launch): ChildProcess | null {
    try {
      return launch()
    } catch (error) {
      queueMicrotask(() => this.#finish(`process could not be started: ${(error as Error).message}`))
      return null
    }
  }

  #connect(child: ChildProcess): Channel | null {
    child.on('error', (error) => {
      if (child.pid === undefined) this.#finish(`process could not be started: ${error.message}`)
    })
    if (child.pid === undefined) return null
    child.once('exit', (code, signal) => this.#exit(child, code, signal))
    for (const name of ['stdout', 'stderr'] as const) {
      const lines = this.#log.splitter(name)
      child[name]!.setEncoding('utf8').on('data', lines.write).on('end', lines.end)
    }
    const requests = new PluginRequests((method, params) => this.#events.request(method, params), {
      send: (line) => channel.send(line),
      drained: () => channel.drained(),
    })
    const bad = (what: string) => this.#log.write(`ignored what the plugin sent: ${what}`, 'channel')
    const channel = new Channel(child.stdio[3] as Socket, {
      results: (results) => this.#events.results(results),
      report: (report) => this.#events.report(report),
      progress: (progress) => this.#events.progress(progress),
      log: ({ message, level }) => this.#log.write(message, level),
      request: (request, fault) => {
        if (!requests.take(request, fault)) bad(`a second request with the id ${request.id}`)
      },
      bad,
      flooding: (what) => this.#events.broken(`flooding: ${what}`),
      failed: (what) => this.#events.broken(`what it sent could not be handled: ${cut(what)}`),
      closed: () => {
        // Usually the process is about to end as well, and how it ends says more.
        this.#timed.after(endGraceMs, () => this.#events.broken('it closed its channel'))
      },
    })
    return channel
  }

  /** The process is gone; what it wrote before that may still be on its way. */
  #exit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    this.#exited = true
    this.#gone.abort()
    // Its children end with it. The group keeps its id as long as one of them lives.
    this.#killGroup()
    const how = signal ? `process ended by ${signal}` : `process ended with code ${code}`
    const timer = this.#timed.after(endGraceMs, () => this.#finish(how))
    child.once('close', () => {
      timer.clear()
      this.#finish(how)
    })
  }

  #finish(how: string): void {
    this.#gone.abort()
    this.#timed.clear()
    // When there were no descriptors left, there are no streams either.
    for (const stream of this.#child?.stdio ?? []) stream?.destroy()
    this.#events.ended(how)
    this.#channel?.destroy()
    this.#ended()
  }

  #killGroup(): void {
    if (this.#child?.pid === undefined) return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // Nobody is left in it.
    }
  }

  #acknowledgement(what: string, method: string, params: object, received: () => void): void {
    const { acknowledgeMs } = this.#deadlines
    const acknowledged = this.#timed.request(acknowledgeMs, method, params).then(received)
    acknowledged.catch((error: Error) => {
      if (error instanceof Overdue) {
        this.#events.stuck(`stuck: ${what} was not acknowledged within ${acknowledgeMs / 1000} s`)
      } else if (!this.#exited) {
        this.#events.broken(`it refused ${what}: ${cut(error.message)}`)
      }
    })
  }
}
