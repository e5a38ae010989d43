import type { Rationed } from './claim-events.js'

/** What a plugin wanted to change about a link. */
export interface OfAction extends Rationed {
  plugin: string
  /** The number of the claim by which it acts. */
  fence: number
  /** What it wanted to do: `add address 10.0.0.1/24`. */
  what: string
  /** The id of the adapter, also of one that is gone by now. */
  target: string
}

/** A change that a plugin left behind. */
export interface OfUndoing {
  plugin: string
  /** The connection that it was made for; `null` for a link that the plugin made. */
  connection: string | null
  /** The id of the adapter; `null` for a link that the plugin made. */
  target: string | null
  /** The change: `address 10.0.0.2/24 on eth0`. */
  change: string
}

/** Events about what plugins do through claimd, or try to. */
export interface ActionEvents {
  /** a plugin changed a link that it holds */
  acts: OfAction
  /** it may not change what it wanted to change */
  'action-refused': OfAction & {
    /** Why. */
    because: string
  }
  /** the kernel refused a change */
  'act-failed': OfAction & {
    /** What the kernel said. */
    because: string
  }
  /** it made a link */
  'link-made': {
    plugin: string
    /** Its kind, such as `bridge`. */
    kind: string
    /** The name of the link. */
    link: string
  }
  /** it removed a link that it had made */
  'link-removed': {
    plugin: string
    /** The name of the link. */
    link: string
  }
  /** a change that it left behind was taken back */
  undone: OfUndoing & {
    /** What went with it and could not be put back; `null` when nothing did. */
    because: string | null
  }
  /** a change that it left behind could not be taken back */
  'undo-failed': OfUndoing & {
    /** Why. */
    because: string | null
  }
  /** changes were found that cannot be taken back, since what was before is not known */
  'undo-unknown': {
    /** How many. */
    count: number
    /** The first ten of them: `address 10.0.0.2/24 on eth0`. */
    changes: string[]
  }
  /** a change was taken back, but the record of it could not be removed */
  'undo-not-struck': {
    /** Why. */
    because: string
  }
  /** it reported on a connection that it does not hold */
  'report-refused': Rationed & {
    /** The full id of the provider that reported. */
    provider: string
    /** The connection that it reported on. */
    connection: string
    /** The number of the claim that it reported on. */
    fence: number
    /** Why the report does not count. */
    because: string
  }
  /** it asked for something that it was not granted */
  'permission-refused': {
    plugin: string
    /** What it called: `read`, `exec.run`. */
    method: string
    /** The refusal, as it was answered. */
    refusal: string
    /** What it asked for. */
    found: string | null
    /** What it was granted of that kind. */
    expected: string | null
    /** How often it was refused before that without that being recorded. */
    unrecorded: number
  }
}
