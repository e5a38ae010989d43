import type { AdapterRow, EventType, StatusDocument } from '@claimd/sdk'
import type { Formatter } from 'picocolors/types.js'
import type { Daemon, DaemonOptions, LogLine } from '../app/daemon.js'
import { adapterWord } from '../core/adapters/adapter-name.js'
import { daemonSentences } from '../core/views/events/daemon-sentences.js'
import { namesAdapter } from '../core/views/events/event-document.js'
import { DevAccount, type Happening } from './dev-account.js'
import type { Output } from './output.js'
import type { Page } from './page.js'
import { proseLines } from './prose.js'
import { readSourceLine } from './source-line.js'
import { harmless } from './text.js'
import { localTime } from './time.js'
import { byWeight, showAdapters, withoutPlumbing } from './views/adapters.js'
import { block, type Value } from './views/block.js'
import { show as showEvent } from './views/event.js'
import { showNotRunning } from './views/not-running.js'
import { configurationFault, show as showStatus } from './views/status.js'
import type { World } from './world.js'

/** What is told by its outcome or matters to few; `claimd monitor` and `claimd explain` show it. */
const quiet: ReadonlySet<string> = new Set<EventType>(['adapter-changed', 'answer-void', 'round', 'verified'])
/** More rows or lines than this at once would hide what matters. */
const mostRows = 20

interface Setting extends Pick<DaemonOptions, 'dev' | 'inspect'> {
  /** The script of the simulator; `null` when the kernel's links are watched. */
  simulate: string | null
}

/** The daemon's account of what it does, for the person who started it; with `--json`, status and events. */
export class Account {
  private readonly forAuthors = new DevAccount(readSourceLine)
  private readonly listening: (() => void)[] = []
  private untold: Happening[] = []

  constructor(
    private readonly world: World,
    private readonly output: Output,
    private readonly services: Pick<Daemon['services'], 'status' | 'adapters' | 'plugins' | 'events'>,
    private readonly setting: Setting,
  ) {}

  /** Tells that the daemon is there, and where. */
  open(): void {
    const status = this.services.status.get()
    if (status.configurationFault !== null) this.output.warn(status, showFault)
    this.listening.push(this.services.status.onHealth((because) => this.tellHealth(because)))
    if (status.health === 'degraded') this.tellHealth(status.because)
    if (this.output.json) this.output.line(status, showStatus)
    else this.output.text(opening(status, this.setting, this.output.page()))
  }

  /** Tells who holds what now and which plugins do not run, and from then on what happens. */
  follow(): void {
    const { revision, adapters } = this.services.adapters.list()
    const document = this.services.plugins.list()
    this.forAuthors.begin(document.plugins)
    if (!this.output.json) {
      const page = this.output.page()
      this.output.text(holders(adapters, page))
      this.output.text(showNotRunning(document, page, readSourceLine))
    }
    this.listening.push(
      this.services.events.onEvents((events) =>
        this.add(events.filter((event) => event.revision > revision)),
      ),
    )
    if (this.setting.dev && !this.output.json)
      this.listening.push(this.services.plugins.onLogLine((line) => this.add([asEvent(line)])))
  }

  /** What happens from here on is one thing, which its last line tells. */
  stopping(signal: string): void {
    if (this.output.json) return
    this.close()
    this.output.text(`${signal}: stopping; once more ends it at once\n`)
  }

  stopped(): void {
    if (!this.output.json) this.output.text('stopped; what is up stays up, and claims are kept\n')
  }

  close(): void {
    for (const stop of this.listening.splice(0)) stop()
    this.tell()
  }

  /** At once, and where it is not taken for an event. */
  private tellHealth(because: string | null): void {
    const text =
      because === null
        ? daemonSentences.recovered({ name: null, lost: 0 })
        : daemonSentences.degraded({ name: null, reason: because })
    this.world.stderr.write(`claimd: ${harmless(text)}\n`)
  }

  private add(events: readonly Happening[]): void {
    // They come in the middle of the daemon's work, which does not wait for a terminal.
    if (this.untold.length === 0) setImmediate(() => this.tell())
    this.untold.push(...events)
  }

  private tell(): void {
    const events = this.untold
    this.untold = []
    if (this.output.json) {
      for (const event of events) this.output.line(event, showEvent)
      return
    }
    const page = this.output.page()
    const told = events.flatMap((event) => {
      const forAuthors = this.setting.dev ? this.forAuthors.tell(event, page) : null
      if (forAuthors !== null) return forAuthors === '' ? [] : [forAuthors]
      return quiet.has(event.type) ? [] : [happening(event, page)]
    })
    if (told.length === 0) return
    const more = told.length - mostRows
    const lines = told.slice(0, mostRows)
    const since = Math.max(0, (events.find(({ revision }) => revision > 0)?.revision ?? 1) - 1)
    if (more > 0) lines.push(`          and ${more} more at once: ${page.command} monitor --since ${since}\n`)
    this.output.text(lines.join(''))
  }
}

/** Also for a log that keeps only errors: what is in force is not what the file says. */
function showFault(status: StatusDocument, page: Page): string {
  return block(page, [
    ['claimd', `the configuration file ${status.config} is not in force`],
    ...configurationFault(status),
  ])
}

function opening(status: StatusDocument, { simulate, dev, inspect = [] }: Setting, page: Page): string {
  const watched =
    simulate === null ? `this machine's adapters (${status.links})` : `the adapters of ${simulate}`
  const entries: [string, Value][] = [
    ['  state', status.state],
    ['  socket', status.socket],
  ]
  if (/^v?20\./.test(status.node)) {
    entries.push(['  note', 'Node 20 has reached its end of life; Node 24 is recommended'])
  }
  if (dev) {
    entries.push(['  --dev', 'TypeScript runs as it is; what a plugin asks for counts as granted'])
  }
  for (const { plugin, port } of inspect) entries.push(['  debugger', `${plugin} at 127.0.0.1:${port}`])
  return `${page.colours.bold(`claimd ${status.version}`)}, pid ${status.pid}, watches ${harmless(watched)}\n${block(page, entries)}`
}

/** The adapters that matter, who holds each, and where to read why. */
function holders(adapters: readonly AdapterRow[], page: Page): string {
  const shown = byWeight(withoutPlumbing(adapters)).slice(0, mostRows)
  const more = adapters.length - shown.length
  const example = shown.find((row) => row.provider !== null) ?? shown[0]
  if (!example) return '\nno adapter is there yet\n\n'
  const word = adapterWord(example, (id) => adapters.some((row) => row.id === id))
  return [
    '\n',
    showAdapters(shown, page),
    more > 0 ? `and ${more} more: ${page.command} adapters\n` : '',
    `\nwhy? in a second terminal: ${page.colours.bold(`${page.command} explain ${word}`)}\n\n`,
  ].join('')
}

function happening(event: Happening, page: Page): string {
  const time = localTime(event.at, page.now)
  const about = event.name === null || namesAdapter(event.type) ? '' : `${event.name}: `
  const lines = proseLines(`${about}${event.message}`, page.width - time.length - 2, page)
  const paint = paintEvent(event.type, page)
  const indent = ' '.repeat(time.length + 2)
  return lines
    .map((line, at) => `${at === 0 ? `${page.colours.dim(time)}  ` : indent}${paint(line)}\n`)
    .join('')
}

/** What is good news, what is not, and what somebody should look at. */
const colourOf: Partial<Record<EventType, 'green' | 'yellow' | 'red'>> = {
  claimed: 'green',
  'handed-over': 'green',
  'adapter-moved': 'yellow',
  'adapter-removed': 'yellow',
  orphaned: 'yellow',
  'given-up': 'yellow',
  'claim-ended': 'yellow',
  released: 'yellow',
  refused: 'yellow',
  'action-refused': 'yellow',
  'report-refused': 'yellow',
  'permission-refused': 'yellow',
  'link-removed': 'yellow',
  'plugin-removed': 'yellow',
  'plugin-ended': 'yellow',
  'plugin-data-removed': 'yellow',
  'plugin-reload-failed': 'yellow',
  'plugin-rolled-back': 'yellow',
  'recording-ended': 'yellow',
  'plugin-rejected': 'red',
  'plugin-stuck': 'red',
  'plugin-quarantined': 'red',
  'configuration-faulty': 'red',
  degraded: 'red',
  'internal-error': 'red',
}

function paintEvent(type: string, { colours }: Page): Formatter {
  const colour = (colourOf as Record<string, 'green' | 'yellow' | 'red' | undefined>)[type]
  return colour === undefined ? String : colours[colour]
}

/** A line of a log stands between the events, in the order in which both came. */
function asEvent({ plugin, stream, text, at }: LogLine): Happening {
  const none = { adapter: null, name: null, revision: 0 }
  return { ...none, type: 'plugin-log', at, about: { plugin }, message: text, plugin, stream }
}
