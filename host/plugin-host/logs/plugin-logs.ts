import { dirname } from 'node:path'
import type { Places } from '../places.js'
import { LogFile } from './log-file.js'
import type { LogStream } from './log-lines.js'
import { type LogLinesRead, nowhere, readLog } from './read-log.js'

export interface PluginLogEvents {
  /** A line of a plugin, for those who look on. */
  line(plugin: string, stream: LogStream, text: string): void
  /** Logs cannot be written. Told once, until they could be written again. */
  unwritable(plugin: string, failure: { log: string; because: string }): void
}

/** The logs of plugins: a file each, with the time and the stream of every line. */
export class PluginLogs {
  readonly #places: Places
  readonly #events: PluginLogEvents
  readonly #files = new Map<string, LogFile>()
  #unwritable = false

  constructor(places: Places, events: PluginLogEvents) {
    this.#places = places
    this.#events = events
  }

  /** @param text one line, with nothing in it that a terminal would act on */
  write(plugin: string, stream: LogStream, text: string): void {
    this.#of(plugin).write(`${new Date().toISOString()} ${stream.padEnd(7)} ${text}`)
    this.#events.line(plugin, stream, text)
  }

  /**
   * The last lines of a plugin's log, oldest first, or those after a place; none when there is no log of that name.
   * @param since where an earlier reading ended
   */
  async read(plugin: string, lines: number, since: string | null = null): Promise<LogLinesRead> {
    const path = this.#places.logOf(plugin)
    // The name may come from anywhere.
    if (dirname(path) !== this.#places.logs) return { lines: [], next: nowhere }
    await this.#files.get(plugin)?.settled()
    return readLog(path, lines, since)
  }

  /** Resolves when everything is written. */
  async settled(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.settled()))
  }

  #of(plugin: string): LogFile {
    const known = this.#files.get(plugin)
    if (known) return known
    const file = this.#make(plugin)
    this.#files.set(plugin, file)
    return file
  }

  #make(plugin: string): LogFile {
    const path = this.#places.logOf(plugin)
    return new LogFile(path, (error) => {
      if (error && !this.#unwritable) this.#events.unwritable(plugin, { log: path, because: error.message })
      this.#unwritable = error !== null
    })
  }
}
