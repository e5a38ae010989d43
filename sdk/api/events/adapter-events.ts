import type { Round } from '../rounds.js'
import type { LinkDifference } from './link-difference.js'

/** A program that the host runs for a plugin. It may change links behind the host's back. */
export interface PluginProgram {
  plugin: string
  pid: number
  /** The path of the program. */
  program: string
}

/** What happened to a link from outside, claimed or not: claimd records it, and does nothing about it. */
export interface FromOutside {
  /** The full id of the provider that held the adapter; `null` when none did. */
  holder: string | null
  /** Programs of plugins that ran at that moment, where the adapter was held: at most three. */
  programs: PluginProgram[]
  /** How many more of them ran. */
  otherPrograms: number
}

/** Events about links. */
export interface AdapterEvents {
  /** a link is new, perhaps one that was made again */
  'adapter-appeared': {
    /** The kind of the link, such as `ether`, `bridge` or `wireguard`. */
    kind: string
    /** The id of the adapter that it was before, where it was made again; `null` where nothing is known of that. */
    predecessor: string | null
    /** Why it is never offered; `null` when it may be. */
    ignored: string | null
  }
  /** its flags, carrier, addresses or master changed */
  'adapter-changed': FromOutside & {
    /** What changed, in words: `went down`, `10.0.0.1/24 removed`. */
    changes: string[]
    /** The same for programs, see `LinkDifference`: `{ "kind": "address-removed", "address": "10.0.0.1/24" }`. */
    differences: LinkDifference[]
    /** Whether its holder changed that through claimd. */
    byHolder: boolean
    /** Why it is not offered any more, or `null` when it may be again; only there where that changed. */
    ignored?: string | null
  }
  /** it goes and comes back all the time, see below */
  flapping: FromOutside & {
    /** How often it came back since that was told last; at first: the flaps with which it began, each of which was told. */
    count: number
    /** How often in all, since it began. */
    total: number
    /** Over how many seconds `count` was counted. */
    seconds: number
    /** When it began, RFC 3339. */
    since: string
    /** How often it was offered since that was told last. Of rounds that changed nothing, only the newest is told. */
    rounds: number
    /** Whether this is the first that is told of it. */
    first: boolean
    /** Whether it flaps no more: from now on each change is told again. */
    over: boolean
    /** What is another way than when that was told last, in words: `went down`, `10.0.0.1/24 removed`. */
    changes: string[]
    /** The same for programs, see `LinkDifference`: `{ "kind": "address-removed", "address": "10.0.0.1/24" }`. */
    differences: LinkDifference[]
  }
  /** it has another name; its claim stays */
  'adapter-renamed': {
    /** The name before. */
    from: string
  }
  /** it is never offered any more, or may be offered again, by the configuration */
  'adapter-ignored': {
    /** Why it is not offered; `null` when it may be offered again. */
    ignored: string | null
    /** Whether it stays claimed all the same. */
    claimed: boolean
  }
  /** it went into another network namespace */
  'adapter-moved': FromOutside & {
    /** The network namespace, by the kernel's id as seen from here, and the link's index there. */
    movedTo: { namespace: number; index: number }
  }
  /** the link is gone */
  'adapter-removed': FromOutside & {
    /** Always `null`: see `adapter-moved`. */
    movedTo: null
    /** Why it counts as gone, where claimd did not see it go: while it did not run; otherwise `null`. */
    because: string | null
  }
  /** it was offered to the providers; `round` has what each answered */
  round: {
    round: Round
  }
}
