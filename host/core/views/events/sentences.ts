import type { EventDetails, EventType } from '@claimd/sdk'

/** What makes a sentence of an event of a type: all of it is in the event. */
export type Sentences<Type extends EventType> = {
  [Each in Type]: (event: { name: string | null } & EventDetails[Each]) => string
}
