import type { EventDetails, PluginEvents } from '@claimd/sdk'

/** What the plugin host tells for the journal, with its sentence. */
export type PluginNoteType =
  | Exclude<keyof PluginEvents, 'plugin-undone'>
  | 'permission-refused'
  | 'link-made'
  | 'link-removed'
  | 'configuration-doubt'
  | 'configuration-mended'
  | 'state-folder-missing'
  | 'state-folder-restored'

export type PluginNote = {
  [Type in PluginNoteType]: { type: Type; message: string } & EventDetails[Type]
}[PluginNoteType]

/** What a note of a type holds beside the plugin, which its teller knows or is. */
export type NoteDetails<Type extends PluginNoteType> = Omit<EventDetails[Type], 'plugin'>

/** The same as the last parameters of a function, where nothing need be said when there is nothing. */
export type MoreDetails<Type extends PluginNoteType> =
  object extends NoteDetails<Type> ? [details?: NoteDetails<Type>] : [details: NoteDetails<Type>]
