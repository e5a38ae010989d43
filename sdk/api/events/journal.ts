import type { EventDocument } from './event.js'

/** Which events of the journal. Of several words for one thing, one has to fit. */
export interface JournalFilter {
  /** Ids, or globs on the names that they had; `id:3.2` and `name:eth*` mean only the one. */
  adapter?: readonly string[]
  /** Globs on names. */
  connection?: readonly string[]
  /** Globs on names of plugins, or on what comes last in them: `ethernet`. */
  plugin?: readonly string[]
  /** Types; one that does not exist is refused (`USAGE`). */
  type?: readonly string[]
  /** Not before this moment, RFC 3339 in UTC with milliseconds. */
  since?: string
  /** Not after this moment. */
  until?: string
  /** Only after this revision. Default: 0. */
  after?: number
  /** At most so many on a page, 1 to 10,000. Default: 1,000. */
  limit?: number
}

/** A page of the journal, oldest first. */
export interface JournalDocument {
  /** The journal's last revision. */
  revision: number
  events: EventDocument[]
  /** The `after` of the next page, which may hold nothing; `null` at the end. */
  next: number | null
}
