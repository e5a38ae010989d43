import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { randomFrom } from '../../random.js'
import { type Contents, Expected } from './expected.js'

/** So small that it is pruned all the time. */
const journal = 40_000
const child = fileURLToPath(new URL('./loaded-child.js', import.meta.url))

/** What the processes did before they were killed. */
export interface KillReport {
  kills: number
  batches: number
  /** Kills after which one batch was there that had not been announced yet. */
  unannounced: number
  /** Kills that came while the state was being opened, and while it was being closed. */
  whileOpening: number
  whileClosing: number
}

/** A process that commits when it is told to. */
class Committer {
  readonly #process: ChildProcess
  readonly #ready: Promise<unknown>
  #output = ''

  constructor(seed: number) {
    this.#process = spawn(process.execPath, [child, String(seed), String(journal)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {},
    })
    this.#process.stdout!.setEncoding('utf8').on('data', (text) => {
      this.#output += text
    })
    this.#ready = Promise.race([once(this.#process.stdout!, 'data'), once(this.#process, 'close')])
  }

  /**
   * Lets it work for so many milliseconds and kills it.
   * @param opened whether they begin when it has opened the state
   * @returns the lines that it had told by then
   */
  async lifeOf(ms: number, folder: string, opened: boolean): Promise<string[]> {
    await this.#ready
    const telling = Promise.race([once(this.#process.stdout!, 'data'), once(this.#process, 'close')])
    this.#process.stdin!.write(`${folder}\n`)
    if (opened) await telling
    await delay(Math.floor(ms))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms % 1)
    const ended = this.#process.exitCode !== null
    await this.end()
    if (ended) throw new Error(`the process ended by itself, with ${this.#process.exitCode}`)
    // A line that was cut was not announced.
    return this.#output.slice(0, this.#output.lastIndexOf('\n')).split('\n').slice(1)
  }

  async end(): Promise<void> {
    const closed = once(this.#process, 'close')
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL')
    else return
    await closed
  }
}

/**
 * Kills a process that writes a store, and lets the next one tell what it finds, so many times: what was
 * announced must be there, one batch more may be, as a whole, and nothing else. Begins with a new folder now
 * and then, since the first moments of a state are special.
 * @throws with the seed, when anything is not as it has to be
 */
export async function killMany(kills: number, seed: number, newFolder: () => string): Promise<KillReport> {
  const pick = randomFrom(seed)
  const report = { kills: 0, batches: 0, unannounced: 0, whileOpening: 0, whileClosing: 0 }
  let folder = newFolder()
  let expected = new Expected(seed, journal)
  // The next process starts while this one works: starting takes longer than anything else.
  let next = new Committer(seed)
  try {
    while (report.kills < kills) {
      const committer = next
      next = new Committer(seed)
      // Some end while the state is opened, most under load, and a few only after SQLite's own checkpoints.
      const longest = [30, 30, 10, 40, 60, 250][pick(6)]!
      const life = (longest * pick(100_000)) / 100_000
      const told = await committer.lifeOf(life, folder, longest !== 30)
      compare(told, expected, report)
      report.kills++
      if (pick(15) > 0) continue
      rmSync(folder, { recursive: true, force: true })
      folder = newFolder()
      expected = new Expected(seed, journal)
    }
  } catch (error) {
    throw new Error(`seed ${seed}, kill ${report.kills}: ${(error as Error).stack}`, { cause: error })
  } finally {
    await next.end()
  }
  return report
}

function compare(told: readonly string[], expected: Expected, report: KillReport): void {
  // After a kill a batch may be there that nobody was told of; after a close by its own will, none.
  let allowed = 1
  for (const line of told) {
    if (line.startsWith('contents ')) {
      const contents = JSON.parse(line.slice(9)) as Contents
      const more = contents.state.fence - expected.number
      if (more < 0 || more > allowed)
        throw new Error(`${expected.number} batches were announced, ${contents.state.fence} are there`)
      expected.advance(contents.state.fence)
      expected.assertEqual(contents)
      report.unannounced += more
      allowed = 0
    } else if (/^\d/.test(line)) {
      expected.advance(Number(line))
      report.batches++
    }
  }
  const last = told.at(-1) ?? 'closed'
  if (last === 'closed') report.whileOpening++
  if (last === 'closing') report.whileClosing++
}
