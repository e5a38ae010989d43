import type { ActionEvents } from './action-events.js'
import type { AdapterEvents } from './adapter-events.js'
import type { ClaimEvents } from './claim-events.js'
import type { ConfigurationEvents } from './configuration-events.js'
import type { ConnectionEvents } from './connection-events.js'
import type { DaemonEvents } from './daemon-events.js'
import type { PluginEvents } from './plugin-events.js'

/**
 * Every type of event, and what an event of that type holds beside what all events do. All else that is said of events
 * is made of this: the types that a client can ask for, the documents, and `docs/events.md`.
 *
 * Fields of one name mean the same in all of them: `provider` is a full id, `connection` and `plugin` are names, `who` is
 * somebody who asked, in words, and `because`, `cause` and `reason` are texts for people.
 */
export interface EventDetails
  extends AdapterEvents,
    ClaimEvents,
    ConnectionEvents,
    ActionEvents,
    PluginEvents,
    ConfigurationEvents,
    DaemonEvents {}

export type EventType = keyof EventDetails
