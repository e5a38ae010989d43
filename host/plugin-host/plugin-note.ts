import type { EventDetails, PluginEvents } from '@claimd/sdk'

/** What the plugin host tells for the journal. */
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
  [Type in PluginNoteType]: { type: Type } & EventDetails[Type]
}[PluginNoteType]

/** What a note of a type holds beside the plugin, which its teller knows or is. */
export type NoteDetails<Type extends PluginNoteType> = Omit<EventDetails[Type], 'plugin'>
