import type { Permissions } from '@claimd/sdk'
import type { HandleEvent } from '@claimd/sdk/wire'
import { sentenceOfNote } from '../../../../host/core/views/events/event-document.js'
import type { NoteDetails, PluginNote, PluginNoteType } from '../../../../host/plugin-host/plugin-note.js'
import type { Caller, ChildProgram } from '../../../../host/plugin-host/services/caller.js'
import { adapter } from '../support.js'

/** A caller without a process, and what was told to it. */
export class FakeCaller implements Caller {
  readonly plugin = 'asks'
  readonly build = 'build-1'
  readonly user: Caller['user'] = null
  readonly data: string = '/nowhere'
  readonly told: { handle: number; event: HandleEvent }[] = []
  readonly notes: { type: string; message: string }[] = []
  readonly children: ChildProgram[] = []
  readonly ending = new AbortController()
  connections: ReturnType<Caller['configured']> = []
  /** While it is set, the plugin reads nothing. */
  stalled: Promise<void> | null = null

  constructor(
    readonly granted: Permissions,
    facts: Partial<Pick<Caller, 'user' | 'data' | 'plugin'>> = {},
  ) {
    Object.assign(this, facts)
  }

  get signal(): AbortSignal {
    return this.ending.signal
  }

  isCurrent() {
    return true
  }

  configured() {
    return this.connections
  }

  held() {
    return null
  }

  heldAdapters() {
    return [adapter('held0', 7)]
  }

  note<Type extends PluginNoteType>(type: Type, details: NoteDetails<Type>): void {
    const note = { type, plugin: this.plugin, ...details } as unknown as PluginNote
    this.notes.push({ type, message: sentenceOfNote(note) })
  }

  child(child: ChildProgram): void {
    this.children.push(child)
  }

  async tell(handle: number, event: HandleEvent): Promise<void> {
    this.told.push({ handle, event })
    await this.stalled
  }

  /** What came of a handle as output, and how it ended. */
  outputOf(handle: number): string {
    return this.told
      .map((one) => (one.handle === handle && one.event.type === 'output' ? one.event.text : ''))
      .join('')
  }

  exitOf(handle: number) {
    return this.told.find((one) => one.handle === handle && one.event.type === 'exit')?.event
  }
}
