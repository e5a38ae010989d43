import type { DependencyContainer } from 'tsyringe'
import type { Services } from '../../control/index.js'
import { examineUdev } from '../../links/index.js'
import { describeWho } from '../describe-who.js'
import { realTimers } from '../real-timers.js'
import { makeServices } from '../services/index.js'
import { tokens } from '../tokens.js'

/** What a daemon offers to those who talk to it, about itself and all its parts. */
export function servicesOf(parts: DependencyContainer): Services {
  const { config, state, socket, plugins, simulate, links: ownLinks } = parts.resolve(tokens.options)
  const links = parts.resolve(tokens.links)
  const logLines = parts.resolve(tokens.logLines)
  return makeServices({
    engine: parts.resolve(tokens.engine),
    store: parts.resolve(tokens.store),
    plugins: parts.resolve(tokens.plugins),
    ledger: parts.resolve(tokens.ledger),
    links: () => ({
      links: links.kind,
      linksBecause: links.because,
      networkNamespace: links.where.namespace,
      udev: simulate === null && !ownLinks ? examineUdev() : null,
      resyncs: links.resyncs,
      malformed: links.malformed,
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
      config,
      state,
      socket,
      plugins,
    },
  })
}
