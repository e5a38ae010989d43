/** Events about the daemon itself. */
export interface DaemonEvents {
  /** it started */
  started: {
    /** The version of claimd. */
    version: string
  }
  /** it stopped; what is claimed stays as it is */
  stopped: {
    /** The version of claimd. */
    version: string
  }
  /** nothing can be stored: claims stay protected, none is made; told at once with `stored: false`, and again when it is stored */
  degraded: {
    /** Why. */
    reason: string
    /** `false` for what is told at once; otherwise left out. */
    stored?: false
  }
  /** it can store again */
  recovered: {
    /** How many events of the time between could not be kept. */
    lost: number
  }
  /** links do not come by netlink, and why */
  'links-limited': {
    /** What they come by: `polling`. */
    links: string
    /** Why, and what is not known for that. */
    because: string
  }
  /** plugins cannot change links, and why */
  'links-unchangeable': {
    /** Why. */
    because: string
  }
  /** its socket was removed, and cannot be put back */
  'socket-missing': {
    /** The path of the socket. */
    socket: string
    /** Why it cannot be put back. */
    because: string
  }
  /** its socket was removed, and is there again */
  'socket-restored': {
    /** The path of the socket. */
    socket: string
  }
  /** folders of its state were removed, and cannot be made again */
  'state-folder-missing': {
    /** Empty: it is not about one plugin. */
    plugin: string
    /** Their paths. */
    folders: readonly string[]
    /** Why they cannot be made again. */
    because: string
  }
  /** folders of its state were removed, and are there again */
  'state-folder-restored': {
    /** Empty: it is not about one plugin. */
    plugin: string
    /** Their paths. */
    folders: readonly string[]
  }
  /** the file of `run --record` can no longer be written */
  'recording-ended': {
    /** The path of the file. */
    file: string
    /** Why. */
    because: string
  }
  /** a request failed for a reason that claimd did not expect */
  'internal-error': {
    /** The error. */
    because: string
  }
  /** events before this `revision` can no longer be had: read the documents anew */
  resync: {
    /** Why. */
    because: string
    /** The oldest revision that can still be had; 0 when there is none. */
    oldest: number
  }
}
