import type { ConnectionsContext } from './context.js'

/** Those that were configured through the API and have the name of one in the file, which is used instead. */
export function hiddenByFile({ records, stored }: ConnectionsContext): string[] {
  return [...stored.keys()].filter((name) => records.get(name)?.source === 'file')
}

/** Tells of those that were not hidden before. */
export function tellHidden(context: ConnectionsContext, before: readonly string[] = []): void {
  for (const connection of hiddenByFile(context)) {
    if (before.includes(connection)) continue
    const { type: connectionType } = context.stored.get(connection)!
    context.emit('connection-hidden', { name: connection }, { connection, connectionType, who: null })
  }
}
