import type { ConnectionExplainDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { prose } from '../prose.js'
import { harmless } from '../text.js'
import { localTime } from '../time.js'
import { paintConnectionState } from './connection-state.js'
import { paragraph } from './paragraph.js'

/** So many events are told, the last ones. */
const eventsShown = 20

/** How a connection is and why, and what happened to it, oldest first. */
export function show(document: ConnectionExplainDocument, page: Page): string {
  const { connection, state, because, events } = document
  const paint = paintConnectionState(page.colours, { state, retryAt: null })
  const left = Math.max(0, events.length - eventsShown)
  const shown = events.slice(left)
  return [
    `${page.colours.bold(harmless(connection))} is ${paint(harmless(state))}\n`,
    paragraph(page, '  because ', because),
    '\n',
    left > 0 ? page.colours.dim(`${left} earlier ${left === 1 ? 'event' : 'events'}: --json has them\n`) : '',
    ...shown.map(({ at, message }) => {
      const time = `${prose(localTime(at, page.now), page)}  `
      return paragraph(page, time, message, { paintLead: page.colours.dim })
    }),
    shown.length === 0 ? 'The journal tells of nothing that happened to it.\n' : '',
  ].join('')
}
