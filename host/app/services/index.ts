import type { Services, Who } from '../../control/index.js'
import type { Ledger } from '../../core/ledger/ledger.js'
import { Adapters } from './adapters.js'
import { Callers } from './callers.js'
import { Connections } from './connections.js'
import { Events } from './events.js'
import { Plugins } from './plugins.js'
import { Status } from './status.js'

type Sources<Topic extends new (from: never) => unknown> = ConstructorParameters<Topic>[0]

/** What the services show, and what they ask. */
export type ServiceSources = Omit<
  Sources<typeof Status> &
    Sources<typeof Adapters> &
    Sources<typeof Connections> &
    Sources<typeof Plugins> &
    Sources<typeof Events>,
  'callers' | 'changesTo' | 'changesBy' | 'undo'
> & {
  ledger: Pick<Ledger, 'changesTo' | 'changesBy' | 'undo'>
  /** The user that the daemon runs as. */
  owner: number
  /** The caller in words, as records name it, such as `root (uid 0)`. */
  describe(who: Who): string
}

/** The services of a daemon, one for each topic. */
export function makeServices({ ledger, owner, describe, ...others }: ServiceSources): Services {
  const from = {
    ...others,
    callers: new Callers(owner, describe),
    changesTo: (adapter: string) => ledger.changesTo(adapter),
    changesBy: (plugin: string) => ledger.changesBy(plugin),
    undo: (plugin: string) => ledger.undo((made) => made.plugin === plugin),
  }
  return {
    status: new Status(from),
    adapters: new Adapters(from),
    connections: new Connections(from),
    plugins: new Plugins(from),
    events: new Events(from),
  }
}
