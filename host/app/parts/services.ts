import type { DependencyContainer } from 'tsyringe'
import type { Services } from '../../control/index.js'
import { examineUdev } from '../../links/index.js'
import { describeWho } from '../describe-who.js'
import { realTimers } from '../real-timers.js'
import { makeServices } from '../services/index.js'
import { tokens } from '../tokens.js'

/** What a daemon offers to those who talk to it, about itself and all its parts. */
export function servicesOf(parts: DependencyContainer): Services {
  const options = parts.resolve(tokens.options)
  const linkSource = parts.resolve(tokens.links)
  const logLines = parts.resolve(tokens.logLines)
  return makeServices({
    engine: parts.resolve(tokens.engine),
    store: parts.resolve(tokens.store),
    plugins: parts.resolve(tokens.plugins),
    vault: parts.resolve(tokens.vault),
    ledger: parts.resolve(tokens.ledger),
    linkSource: () => ({
      links: linkSource.kind,
      linksBecause: linkSource.because,
      networkNamespace: linkSource.where.namespace,
      udev: options.simulate === null && !options.links ? examineUdev() : null,
      resyncs: linkSource.resyncs,
      malformed: linkSource.malformed,
    }),
    configuration: parts.resolve(tokens.configurationFile),
    onLogLine: (listener) => logLines.on(listener),
    owner: process.geteuid!(),
    describe: describeWho,
    facts: {
      version: parts.resolve(tokens.version),
      pid: process.pid,
      since: realTimers.at(),
      node: process.version,
      config: options.config,
      state: options.state,
      socket: options.socket,
      plugins: options.plugins,
    },
  })
}
