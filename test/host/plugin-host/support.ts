import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Adapter, Answer } from '@claimd/sdk'
import { documentedEvents } from '../../../host/build/events-page.js'
import type { ProviderInfo } from '../../../host/core/claims/provider-info.js'
import type { ProviderEvent } from '../../../host/core/claims/report-event.js'
import type { Question } from '../../../host/core/kernel/provider-port.js'
import { sentenceOfNote } from '../../../host/core/views/events/event-document.js'
import type { Deadlines } from '../../../host/plugin-host/deadlines.js'
import type { PluginHostListener } from '../../../host/plugin-host/options.js'
import { Places } from '../../../host/plugin-host/places.js'
import { PluginHost } from '../../../host/plugin-host/plugin-host.js'
import type { PluginNote } from '../../../host/plugin-host/plugin-note.js'
import type { Handlers } from '../../../host/plugin-host/services/services.js'
import type { HeldClaim } from '../../../host/plugin-host/supervisor/facts.js'
import { volatileRecords } from '../../../host/plugin-host/volatile-records.js'

export const fixtures = fileURLToPath(new URL('../../../../test/fixtures/plugins/', import.meta.url))

/** Whatever was told, with whatever it holds. */
export type AnyNote = { type: string; plugin?: string; message: string } & Record<string, unknown>

type AnswerEvent = Extract<ProviderEvent, { type: 'answer' }>

const documented = new Map(documentedEvents().map(({ type, fields }) => [type, fields]))

/** That what is told has no other fields than those that the catalogue has for its type. */
function assertDocumented({ type, ...details }: PluginNote): void {
  const others = Object.keys(details).filter((field) => !documented.get(type)?.includes(field))
  if (others.length > 0) throw new Error(`${type} has no ${others.join(', ')}`)
}

/** A plugin host on a folder of its own, and everything that it told. */
export class Lab {
  readonly notes: AnyNote[] = []
  /** Of the plugins' logs. */
  readonly lines: { plugin: string; stream: string; line: string }[] = []
  readonly children: Parameters<PluginHostListener['child']>[0][] = []
  readonly answers: AnswerEvent[] = []
  readonly reports: Extract<ProviderEvent, { type: 'report' }>[] = []
  readonly connectionAnswers: Extract<ProviderEvent, { type: 'connection-answer' }>[] = []
  readonly ended: Extract<ProviderEvent, { type: 'act-ended' }>[] = []
  readonly progress: Extract<ProviderEvent, { type: 'progress' }>[] = []
  /** What is configured, by its fingerprint. */
  readonly configs = new Map<string, Record<string, unknown>>()
  /** In the order in which they were told: `providers` and `answer`. */
  readonly history: { plugin: string; status: string }[] = []
  readonly told: string[] = []
  readonly whys: string[] = []
  providers: ProviderInfo[] = []
  /** What the plugins hold, as the core would tell. */
  held: HeldClaim[] = []
  readonly host: PluginHost
  #nextId = 1

  private constructor(
    readonly root: string,
    folders: readonly string[],
    deadlines: Partial<Deadlines>,
    handlers: Handlers,
    jailed: boolean,
    inspect: ReadonlyMap<string, number>,
    readonly records = volatileRecords(),
  ) {
    this.host = new PluginHost(
      {
        folders: folders.map((path) => ({ path, bundled: basename(path) === 'shipped' })),
        hostVersion: '1.0.0',
        places: new Places(join(root, 'state')),
        jailed,
        inspect,
        deadlines: { removalMs: 50, probationMs: 100, ...deadlines },
        records: this.records,
        handlers,
        configOf: (fingerprint) => this.configs.get(fingerprint) ?? null,
        held: (plugin) => this.held.filter(({ provider }) => provider.startsWith(`${plugin}/`)),
      },
      {
        providersChanged: (providers, why) => {
          this.providers = providers
          for (const { plugin, status } of providers) this.history.push({ plugin, status })
          this.whys.push(why)
          this.told.push('providers')
        },
        event: (event) => {
          if (event.type === 'report') this.reports.push(event)
          else if (event.type === 'connection-answer') this.connectionAnswers.push(event)
          else if (event.type === 'act-ended') this.ended.push(event)
          else if (event.type === 'progress') this.progress.push(event)
          else {
            this.answers.push(event)
            this.told.push('answer')
          }
        },
        note: (note) => {
          assertDocumented(note)
          this.notes.push({ ...note, message: sentenceOfNote(note) })
        },
        log: (plugin, stream, line) => this.lines.push({ plugin, stream, line }),
        child: (child) => this.children.push(child),
      },
    )
  }

  /** Starts a host with copies of the named fixtures in its folder. */
  static async start(plugins: readonly string[], deadlines: Partial<Deadlines> = {}): Promise<Lab> {
    const lab = await Lab.make(plugins, deadlines)
    await lab.host.start()
    return lab
  }

  static async make(
    plugins: readonly string[],
    deadlines: Partial<Deadlines> = {},
    folders = ['plugins'],
    handlers: Handlers = {},
    jailed = false,
    inspect: ReadonlyMap<string, number> = new Map(),
  ): Promise<Lab> {
    const root = await mkdtemp(join(tmpdir(), 'claimd-plugins-'))
    const lab = new Lab(
      root,
      folders.map((folder) => join(root, folder)),
      deadlines,
      handlers,
      jailed,
      inspect,
    )
    await mkdir(join(root, 'plugins'))
    for (const name of plugins) await lab.drop(name)
    return lab
  }

  /** Puts a copy of a fixture into the folder. */
  async drop(name: string, folder = `plugins/${name}`): Promise<void> {
    await cp(join(fixtures, name), join(this.root, folder), { recursive: true })
  }

  /** Writes a plugin that claims everything and gives `evidence`. */
  async write(folder: string, evidence: string, manifest: Record<string, unknown> = {}): Promise<void> {
    await mkdir(join(this.root, folder), { recursive: true })
    await writeFile(join(this.root, folder, 'index.js'), codeThatSays(evidence))
    await writeFile(
      join(this.root, folder, 'package.json'),
      JSON.stringify({ ...goodManifest('written'), ...manifest }),
    )
  }

  question(provider: string, name: string, more: Partial<Question> = {}): Question {
    const id = this.#nextId++
    return {
      id,
      kind: 'offer',
      provider,
      adapter: adapter(name, id),
      connection: name,
      evidence: null,
      fence: id,
      ...more,
    }
  }

  /** Asks a provider about an adapter and waits for the first answer. */
  async ask(plugin: string, name: string, more: Partial<Question> = {}): Promise<Answer> {
    return (await this.asked(plugin, name, more)).answer
  }

  async asked(plugin: string, name: string, more: Partial<Question> = {}): Promise<AnswerEvent> {
    const question = this.question(`${plugin}/main`, name, more)
    this.host.ask([question])
    await until(() => this.answersOf(question.id).length > 0)
    return this.answersOf(question.id)[0]!
  }

  /** What the core was told of a plugin's first provider, in order. */
  statuses(plugin: string): string[] {
    return this.history.filter((one) => one.plugin === plugin).map(({ status }) => status)
  }

  answersOf(id: number): AnswerEvent[] {
    return this.answers.filter(({ question }) => question.id === id)
  }

  row(name: string) {
    return this.host.pluginRows().find((row) => row.name === name)!
  }

  log(plugin: string): string[] {
    return this.lines.filter((one) => one.plugin === plugin).map(({ line }) => line)
  }

  noted(type: string, plugin: string): AnyNote | undefined {
    return this.notes.find((note) => note.type === type && note.plugin === plugin)
  }

  async end(): Promise<void> {
    await this.host.stop()
    await rm(this.root, { recursive: true, force: true })
  }
}

export function goodManifest(name: string) {
  return {
    name,
    version: '1.0.0',
    type: 'module',
    main: './index.js',
    engines: { claimd: '^1.0.0' },
    contributes: { providers: [{ id: 'main', match: [{}] }] },
  }
}

export function codeThatSays(evidence: string): string {
  return `export function activate(context) {
  context.providers.register('main', {
    claimConnection: ({ connection }) => ({
      result: 'SUCCESS', connection, volatile: true, evidence: ${JSON.stringify(evidence)},
    }),
  })
}
`
}

export function adapter(name: string, index: number): Adapter {
  return {
    id: `${index}.1`,
    name,
    index,
    kind: 'veth',
    driver: null,
    address: '02:00:00:00:00:01',
    permanentAddress: null,
    alternativeNames: [],
    path: null,
    vendor: null,
    product: null,
    up: true,
    carrier: true,
    master: null,
    addresses: ['10.0.0.1/24'],
  }
}

/** Waits for a condition. A test's own limit ends the waiting. */
export async function until(condition: () => unknown): Promise<void> {
  while (!(await condition())) await delay(5)
}

/** Whether a process is there and not only waiting to be buried. */
export async function lives(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat !== null && !/^\d+ \(.*\) [ZX]/s.test(stat)
}

/** The processes that have this one as their parent. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = []
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const text = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')
    children.push(...text.split(' ').filter(Boolean).map(Number))
  }
  return children
}
