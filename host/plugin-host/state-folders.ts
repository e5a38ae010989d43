import { mkdir } from 'node:fs/promises'
import { KeptFolders } from '../lib/kept-folders.js'
import type { Places } from './places.js'
import type { NoteDetails } from './plugin-note.js'
import { Stage } from './staging/stage.js'

export interface StateFoldersOptions {
  places: Places
  /** Plugins are started from, or write to, folders that were removed and have to be made again. */
  restore(): Promise<void>
  note<Type extends 'state-folder-missing' | 'state-folder-restored'>(
    type: Type,
    plugin: string,
    details: NoteDetails<Type>,
  ): void
}

/** The folders that plugins are started from, write to and are logged in are made again when they are removed. */
export async function keepStateFolders({ places, restore, note }: StateFoldersOptions): Promise<KeptFolders> {
  const { stage, data, logs } = places
  const make = async () => {
    await mkdir(data, { recursive: true, mode: 0o711 })
    await mkdir(logs, { recursive: true, mode: 0o700 })
  }
  await make()
  const kept = new KeptFolders([...Stage.foldersOf(stage), data, logs], {
    make: async (missing) => {
      await make()
      if (missing.some((folder) => folder !== logs)) await restore()
    },
    told: (folders, error) => {
      if (error) note('state-folder-missing', '', { folders, because: error.message })
      else note('state-folder-restored', '', { folders })
    },
  })
  await kept.ready()
  return kept
}
