import { inject, injectable } from 'tsyringe'
import { ControlServer, type Services } from '../../control/index.js'
import type { CoreEngine } from '../../core/core-engine.js'
import type { DaemonOptions } from '../daemon.js'
import { tokens } from '../tokens.js'

/** The control API of a daemon. What happens to its socket is told in the journal. */
@injectable()
export class DaemonControlServer extends ControlServer {
  constructor(
    @inject(tokens.options) { socket }: DaemonOptions,
    @inject(tokens.version) version: string,
    @inject(tokens.services) services: Services,
    @inject(tokens.engine) engine: CoreEngine,
  ) {
    super(services, {
      socket,
      version,
      restored: (error) =>
        engine.submit({
          type: 'note',
          note: error
            ? { type: 'socket-missing', socket, because: error.message }
            : { type: 'socket-restored', socket },
        }),
      unexpected: (error) =>
        engine.submit({ type: 'note', note: { type: 'internal-error', because: String(error) } }),
    })
  }
}
