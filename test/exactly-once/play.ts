import { setTimeout as delay } from 'node:timers/promises'
import { Client } from '@claimd/sdk/client'
import { randomFrom } from '../random.js'
import { until } from '../system/lab.js'
import { faultsOf } from './faults.js'
import { planRound, type Round, type Run, type Trouble } from './plan.js'
import { Story } from './story.js'
import { connections, linkOf, type Plugin, plugins, World } from './world.js'

/** So long a run waits for its cue, in milliseconds. */
const cuePatience = 1_500

export interface Played {
  runs: number
  /** Attempts whose provider was called. */
  connects: number
  requests: number
  troubles: Record<Trouble['what'], number>
  /** What was not as it has to be; the runs end with the first round that has any. */
  faults: string[]
}

/** Plays so many runs, a round of them at a time, on real links. The same seed plays the same plan. */
export async function play(
  runs: number,
  seed: number,
  say: (line: string) => void = () => {},
): Promise<Played> {
  const player = new Player()
  const pick = randomFrom(seed)
  try {
    await player.start()
    while (player.played.runs < runs && player.played.faults.length === 0) {
      const left = runs - player.played.runs
      const round = planRound(pick, connections.length, left)
      await player.round(round).catch((error: Error) => player.played.faults.push(error.message))
      if (player.played.faults.length > 0) say(`the round of the fault: ${JSON.stringify(round)}`)
      else if (player.played.runs % 50 < round.runs.length) say(`${player.played.runs} runs`)
    }
  } finally {
    await player.close()
  }
  return player.played
}

class Player {
  readonly played: Played = {
    runs: 0,
    connects: 0,
    requests: 0,
    troubles: { save: 0, crash: 0, 'kill-host': 0 },
    faults: [],
  }
  readonly #world = new World()
  readonly #story = new Story(this.#world.lab.socket)
  /** The numbers of the requests that were accepted. */
  readonly #accepted = new Set<number>()
  #before = ''
  /** Each kill of the host waits for the one before. */
  #host: Promise<unknown> = Promise.resolve()

  async start(): Promise<void> {
    const { lab } = this.#world
    await lab.start()
    for (const plugin of Object.values(plugins)) await lab.trust(plugin)
    await this.#atRest()
    this.#before = this.#world.everything()
  }

  async close(): Promise<void> {
    await this.#story.close()
    await this.#world.lab.close()
  }

  async round({ runs, troubles }: Round): Promise<void> {
    const { played } = this
    const world = this.#world
    world.give(runs)
    await Promise.all([
      ...runs.map((run) => this.#run(run)),
      ...troubles.map((trouble) => this.#trouble(trouble)),
    ])
    await this.#host
    world.mendLinks()
    await this.#atRest()
    // What was up when it was mended, and is not wanted any more, may have been set down since.
    world.mendLinks()
    if (troubles.some(({ what }) => what === 'crash'))
      for (const plugin of Object.values(plugins)) world.save(plugin)
    played.runs += runs.length
    await this.#check()
  }

  /** What was done to links settles by itself, but in the kernel's own time. */
  async #check(): Promise<void> {
    const { played } = this
    const differs = () => differenceOf(this.#before, this.#world.everything())
    const same = until(
      async () => differs().length === 0,
      () => differs().join('\n'),
      3_000,
    )
    await same.catch((error: Error) => played.faults.push(`the namespace is another one:\n${error.message}`))
    const calls = Object.values(plugins).map((plugin) => ({ plugin, calls: this.#world.calls(plugin) }))
    played.faults.push(...faultsOf({ calls, events: this.#story.events, accepted: this.#accepted }))
    played.connects = calls
      .flatMap(({ calls }) => calls)
      .filter((call) => call.startsWith('connect-begin')).length
    played.requests = this.#accepted.size
  }

  async #run({ connection, mode, timeout, cue, deed }: Run): Promise<void> {
    const name = connections[connection]!
    const since = this.#story.revision
    const client = this.#client
    const options = { mode, ...(timeout !== null && { timeout }) }
    const request = await this.#ask(() => client.connect(name, options))
    if (cue.phase === 'disconnecting') {
      await this.#cue(name, 'connect', since)
      void this.#disconnect(name)
    }
    await this.#cue(name, cue.phase, since)
    await delay(cue.pause)
    await this.#do(deed, name, connection, request)
  }

  async #cue(name: string, phase: string, since: number): Promise<void> {
    if (phase === 'waiting') return
    await this.#story.comes(
      since,
      ({ type, connection, state }) =>
        type === 'connection-state' && connection === name && String(state).startsWith(phase),
      cuePatience,
    )
  }

  async #do(deed: Run['deed'], name: string, connection: number, request: number | null): Promise<void> {
    const { lab } = this.#world
    const link = linkOf(connection)
    const number = connection % 5
    switch (deed) {
      case 'none':
        break
      case 'cancel':
        if (request !== null) await this.#try(() => this.#client.cancelRequest(request))
        break
      case 'disconnect':
        await this.#disconnect(name)
        break
      case 'ask-again':
        await this.#ask(() => this.#client.connect(name))
        break
      case 'link-down':
        if (this.#world.has(number)) lab.ip(`link set ${link} down`)
        break
      case 'carrier-loss':
        if (this.#world.has(number)) lab.ip(`link set p-${link} down`)
        break
      case 'delete':
        if (this.#world.has(number)) lab.ip(`link del ${link}`)
        break
      case 'make-anew':
        if (this.#world.has(number)) lab.ip(`link del ${link}`)
        this.#world.makeLink(number)
    }
  }

  async #trouble({ what, after }: Trouble): Promise<void> {
    await delay(after)
    this.played.troubles[what]++
    if (what === 'save') for (const plugin of Object.values(plugins)) this.#world.save(plugin)
    else if (what === 'crash') await this.#crash()
    else {
      this.#host = this.#host.then(() => this.#killHost())
      await this.#host
    }
  }

  async #crash(): Promise<void> {
    const rows = await this.#try(() => this.#client.plugins())
    for (const { name, pid } of rows?.plugins ?? []) {
      if (pid === null || !(name in plugins)) continue
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
    this.#world.mark('crash')
  }

  async #killHost(): Promise<void> {
    const { lab } = this.#world
    await lab.daemons.at(-1)!.kill('SIGKILL')
    this.#world.mark('kill-host')
    await lab.start()
  }

  /** All is disconnected, and no plugin is about to do something. */
  async #atRest(): Promise<void> {
    let last = ''
    await until(
      async () => {
        await this.#try(() => this.#client.disconnectAll())
        const all = await this.#try(() => this.#client.connections())
        const known = await this.#try(() => this.#client.plugins())
        last = JSON.stringify({ all, known })
        if (all === null || known === null) return false
        const isDown = all.connections.every(
          ({ state, origin, holds }) =>
            state.startsWith('disconnected') && origin === null && holds.length === 0,
        )
        for (const { name, state } of known.plugins)
          if (state === 'quarantined') this.#world.save(name as Plugin)
        return isDown && known.plugins.every(({ state }) => state === 'running')
      },
      () => `it does not come to rest: ${last}\n${this.#world.lab.daemons.at(-1)!.output}`,
      40_000,
    )
    const { revision } = await this.#client.connections()
    await until(
      async () => this.#story.revision >= revision,
      () => `the events end with ${this.#story.revision}, and not with ${revision}`,
    )
  }

  async #ask(call: () => Promise<{ request: number }>): Promise<number | null> {
    const document = await this.#try(call)
    if (document === null) return null
    this.#accepted.add(document.request)
    return document.request
  }

  async #disconnect(name: string): Promise<void> {
    await this.#try(() => this.#client.disconnect(name))
  }

  get #client(): Client {
    return new Client({ socket: this.#world.lab.socket, timeout: 30_000 })
  }

  /** The daemon may be away, and may refuse. */
  async #try<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await call()
    } catch {
      return null
    }
  }
}

/** The lines that are only on one side. */
function differenceOf(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const [had, has] = [new Set(old), new Set(now)]
  return [
    ...old.filter((line) => !has.has(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !had.has(line)).map((line) => `+ ${line}`),
  ]
}
