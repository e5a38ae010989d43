import type { EventDocument, EventHead, Fault, PluginRow } from '@claimd/sdk'
import type { Formatter } from 'picocolors/types.js'
import { codeFrame, type SourceLine } from './code-frame.js'
import type { Page } from './page.js'
import { proseLines } from './prose.js'
import { harmless } from './text.js'
import { localTime } from './time.js'

/** What is told while a daemon runs in the foreground: events, and lines of plugins' logs. */
export type Happening = EventDocument | EventHead<'plugin-log'>

/**
 * What the events of a reload carry beside their message; none of it has to be there. Versions are the hashes
 * of their content, or what people call them.
 */
export interface ReloadDetails {
  plugin?: string
  /** The plugin's folder. */
  folder?: string
  /** The version that answered before, and the new one. */
  from?: string | null
  to?: string | null
  /** The build that the plugin's folder holds now. */
  build?: string | null
  /** The files that were saved, relative to the plugin's folder. */
  touched?: string[]
  /** How long TypeScript took to build, in milliseconds; `null` when there was nothing to build. */
  builtMs?: number | null
  /** From the save to this event, in milliseconds. */
  ms?: number | null
  /** The adapters that the new version has verified, or that the old one holds again: their names, or how many. */
  adapters?: string[] | number
  /** Why it went wrong, in words. */
  reason?: string
  /** What is wrong with its files; the place of a compile error is `FILE:LINE:COLUMN`. */
  faults?: Fault[]
  /** Where it was thrown, with the lines of the source. */
  stack?: string
}

/** The page behind the time, and what the source says where it is faulty. */
interface SourcePage extends Page {
  sourceLine: SourceLine
}

type Tell = (
  details: ReloadDetails,
  page: SourcePage,
) => { text: string; paint?: Formatter; below?: string[] }

const tales: Record<string, Tell> = {
  'plugin-reload-started': ({ touched = [], builtMs = null, from, to }) => {
    const saved = touched.length > 0 ? `${some(touched)} changed` : 'it changed'
    const built = builtMs === null ? '' : `, built in ${milliseconds(builtMs)}`
    return { text: `${saved}${built}; ${version(to)} starts beside ${version(from)}` }
  },
  'plugin-reloaded': ({ from, to, ms, adapters = [] }, { colours }) => {
    const verified = held(adapters)
    const instead = from == null ? '' : ` instead of ${version(from)}`
    return {
      text: `${version(to)} answers now${instead}${after(ms)}: ${verified === null ? 'it holds no adapter' : `it has verified ${verified}`}`,
      paint: colours.green,
    }
  },
  'plugin-probation-over': ({ to }, { colours }) => ({
    text: `${version(to)} has proved itself; the one before it is ended`,
    paint: colours.dim,
  }),
  'plugin-reload-failed': (details, page) => ({
    text: `not reloaded${after(details.ms)}, ${version(details.from)} goes on: ${details.reason ?? 'for an unknown reason'}`,
    paint: page.colours.red,
    below: trouble(details, page),
  }),
  'plugin-rejected': (details, page) => ({
    text: 'its folder has faults, and is not used',
    paint: page.colours.red,
    below: trouble(details, page),
  }),
  'plugin-rolled-back': (details, page) => {
    const { from, to, adapters = [] } = details
    const verified = held(adapters)
    const again = verified === null ? '' : `, which holds ${verified} again`
    return {
      text: `${version(from)} is taken back for ${version(to)}${again}: ${details.reason ?? 'for an unknown reason'}`,
      paint: page.colours.red,
      below: trouble(details, page),
    }
  },
}

/**
 * What those who write a plugin want to read of an event: each step of a reload, and each line of the log.
 * @returns lines of text, or `null` for an event that is told as to everybody
 */
export function devAccount(event: Happening, page: Page, sourceLine: SourceLine = () => null): string | null {
  const details = event as ReloadDetails
  const who = details.plugin ?? 'a plugin'
  const tell = tales[event.type]
  if (event.type === 'plugin-log') {
    const line = `${who} | ${event.message}`.trimEnd()
    return moment(event, line, { paint: page.colours.dim }, page)
  }
  if (!tell) return null
  const width = page.width - indentOf(event, page)
  const { text, ...how } = tell(details, { ...page, width, sourceLine })
  return moment(event, `${who}: ${text}`, how, page)
}

/** The account of all plugins: an event is told once, and so is the end of what kept a plugin from running. */
export class DevAccount {
  /** By folder: what is in it does not run, and under which name that was told. */
  readonly #troubled = new Map<string, { name: string; state: 'rejected' | 'quarantined' }>()
  /** By plugin: the build that goes on while its folder holds another one. */
  readonly #goesOn = new Map<string, string>()
  readonly #sourceLine: SourceLine

  constructor(sourceLine: SourceLine) {
    this.#sourceLine = sourceLine
  }

  /** Takes what was told at the start. */
  begin(plugins: readonly PluginRow[]): void {
    for (const { name, folder, state, faults } of plugins) {
      if (faults.length > 0) this.#troubled.set(folder, { name, state: 'rejected' })
      else if (state === 'quarantined') this.#troubled.set(folder, { name, state })
    }
  }

  /** @returns as {@link devAccount}; nothing where other events tell the same */
  tell(event: Happening, page: Page): string | null {
    const { plugin = 'a plugin', folder = plugin } = event as ReloadDetails
    if (event.type === 'plugin-removed') this.#troubled.delete(folder)
    if (event.type === 'plugin-rejected') this.#troubled.set(folder, { name: plugin, state: 'rejected' })
    this.#follow(event)
    if (event.type !== 'plugin-changed') return devAccount(event, page, this.#sourceLine)
    const before = this.#troubled.get(folder)
    if (!before) return this.#tellTakenBack(event, page)
    this.#troubled.delete(folder)
    const what =
      before.state === 'rejected' ? 'its folder has no faults any more' : 'it changed, and is tried again'
    const renamed = before.name === plugin ? '' : `, and its name is ${plugin}`
    return moment(event, `${before.name}: ${what}${renamed}`, { paint: page.colours.green }, page)
  }

  /** Which build goes on while another one is tried, or has failed. */
  #follow({ type, ...event }: Happening): void {
    const { plugin = '', from, to } = event as ReloadDetails
    const goesOn = type === 'plugin-rolled-back' ? to : from
    const isOther = ['plugin-reload-started', 'plugin-reload-failed', 'plugin-rolled-back'].includes(type)
    if (isOther && goesOn) this.#goesOn.set(plugin, goesOn)
    if (type === 'plugin-reloaded' || type === 'plugin-removed') this.#goesOn.delete(plugin)
  }

  /** A save that failed was taken back: no reload follows, which would tell so. */
  #tellTakenBack(event: Happening, page: Page): string {
    const { plugin = '', build } = event as ReloadDetails
    if (!build || this.#goesOn.get(plugin) !== build) return ''
    this.#goesOn.delete(plugin)
    const text = `${plugin}: its folder holds ${version(build)} again, which goes on`
    return moment(event, text, { paint: page.colours.green }, page)
  }
}

/** What stands below a text begins under it, behind the time. */
function indentOf({ at }: Happening, page: Page): number {
  return localTime(at, page.now).length + 2
}

/** A text behind the time, and what stands below it. */
function moment(
  event: Happening,
  text: string,
  { paint = String, below = [] }: { paint?: Formatter; below?: string[] },
  page: Page,
): string {
  const time = localTime(event.at, page.now)
  const indent = ' '.repeat(indentOf(event, page))
  const lines = proseLines(text, page.width - indent.length, page)
  return [
    ...lines.map((line, place) => `${place === 0 ? `${page.colours.dim(time)}  ` : indent}${paint(line)}\n`),
    ...below.map((line) => `${indent}${line}\n`),
  ].join('')
}

/** The places in the source: what the build complains of, or where it was thrown. */
function trouble({ faults = [], stack }: ReloadDetails, page: SourcePage): string[] {
  const frames = faults.slice(0, mostFaults).flatMap((fault) => codeFrame(fault, page, page.sourceLine))
  const more = faults.length - mostFaults
  const calls = (stack ?? '').split('\n').filter((line) => /^\s*at /.test(line))
  return [
    ...frames,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...calls.slice(0, mostCalls).map((line) => page.colours.dim(`  ${harmless(line.trim())}`)),
  ]
}

/** The first faults are those that matter: the others often follow from them. */
const mostFaults = 5
const mostCalls = 8

function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

/** The adapters in words; `null` when there are none. */
function held(adapters: readonly string[] | number): string | null {
  if (typeof adapters === 'number')
    return adapters === 0 ? null : `${adapters} adapter${adapters === 1 ? '' : 's'}`
  return adapters.length === 0 ? null : some(adapters)
}

/** Hashes are longer than a line has room for. */
function version(name: string | null | undefined): string {
  if (name == null) return 'the version before'
  return /^[0-9a-f]{64}$/.test(name) ? `build ${name.slice(0, 8)}` : name
}

function after(ms: number | null | undefined): string {
  return ms == null ? '' : `, ${milliseconds(ms)} after the save`
}

function milliseconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`
}
