import type { Adapter, ConfiguredConnection, Permissions } from '@claimd/sdk'
import type { HandleEvent } from '@claimd/sdk/wire'
import type { NoteDetails, PluginNoteType } from '../plugin-note.js'

/** An adapter that a plugin holds, and by which claim. */
export interface HeldByPlugin {
  adapter: Adapter
  /** The provider's full id. */
  provider: string
  connection: string
  fence: number
}

/** A program that runs for a plugin. */
export interface ChildProgram {
  /** Its path. */
  program: string
  /** The process group that it runs in. */
  pid: number
  running: boolean
}

/** Who asks: one process of a plugin. The same object for all that it asks. */
export interface Caller {
  readonly plugin: string
  /** The hash of the version's content. */
  readonly build: string
  readonly granted: Permissions
  /** Aborted when the process ends; whatever was started for it ends then. */
  readonly signal: AbortSignal
  /** Whom its programs run as; `null`: the host's own user. */
  readonly user: { uid: number; gid: number } | null
  /** The path of its data folder. */
  readonly data: string
  /** Whether it is the version that answers. One that is tried, stands by, or is being ended changes no link. */
  isCurrent(): boolean
  /** The configured connections of its types. */
  configured(): readonly ConfiguredConnection[]
  /** By which of the plugin's claims it holds an adapter. @param adapter the id */
  held(adapter: string): HeldByPlugin | null
  heldAdapters(): readonly Adapter[]
  /** For the journal. */
  note<Type extends PluginNoteType>(type: Type, details: NoteDetails<Type>): void
  /** A program that was started for it runs, or has ended. What changes on links meanwhile may be its doing. */
  child(child: ChildProgram): void
  /** Tells of something that lasts. Resolves when more can be told. */
  tell(handle: number, event: HandleEvent): Promise<void>
}
