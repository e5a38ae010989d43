/** What an attempt aims at. Paths are absolute. */
export interface Facts {
  /** The pid of the host. */
  host: number
  other: { pid: number; data: string; code: string }
  /** What is the attacker's own; `link` lies in its data folder and leads to the secret outside. */
  own: { data: string; code: string; runner: string; link: string }
  /** A folder in /tmp that is open to everybody, with `secret`, `code.cjs`, `code.mjs`, `env` and `addon.node`. */
  outside: string
  tcp: number
  udp: number
  /** UNIX sockets that are open to everybody: an abstract one, and files in these folders. */
  sockets: { abstract: string; run: string; tmp: string; usr: string }
}

export interface Given {
  require: NodeJS.Require
  /** `import()` */
  load(specifier: string): Promise<unknown>
}

/** Runs in the plugin's process, from its text. Whatever it does not throw at was not stopped. */
export type Attempt = (facts: Facts, given: Given) => unknown
