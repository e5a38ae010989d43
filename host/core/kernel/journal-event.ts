import type { EventAbout } from '@claimd/sdk'

/** By its type, what an event holds beside what all events do, see `EventDetails` of the SDK. */
export type Catalogue = object

/** What a machine says an event is about. */
export interface Subject {
  /** Adapter id. */
  adapter: string | null
  /** The adapter's name at that moment. */
  name: string | null
}

/** An event that belongs into the journal and that no machine needs to know. */
export type Note<Told extends Catalogue> = {
  [Type in keyof Told & string]: {
    type: Type
    /** In words: in notes that earlier versions recorded. Now views make the sentence. */
    message?: string
  } & Told[Type]
}[keyof Told & string]

/** An event before the journal gave it a revision. Its sentence is made when it is shown. */
export interface NewEvent extends Subject {
  at: string
  type: string
  about: EventAbout
  message?: string
  [detail: string]: unknown
}

/** An event as the journal keeps it: of earlier versions with its sentence, and without `about`. */
export interface StoredEvent extends Subject {
  revision: number
  at: string
  type: string
  about?: EventAbout
  message?: string
  [detail: string]: unknown
}

/**
 * What an event is about, from what it holds: `connection`, `provider` and `plugin` mean the same in events of every
 * type, and `target` is the adapter of what plugins do.
 */
export function aboutOf(adapter: string | null, details: object): EventAbout {
  const { connection, provider, plugin, target } = details as Record<string, unknown>
  const of = plugin || pluginOf(provider)
  const to = adapter ?? target
  // Not by spreads: each event comes by here.
  const about: EventAbout = {}
  if (typeof to === 'string') about.adapter = to
  if (typeof connection === 'string') about.connection = connection
  if (typeof of === 'string') about.plugin = of
  return about
}

/** The name of a provider's plugin. */
export function pluginOf(provider: unknown): string | null {
  return typeof provider === 'string' ? provider.slice(0, provider.lastIndexOf('/')) : null
}
