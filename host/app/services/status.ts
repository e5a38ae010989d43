import type { AdapterState, Fault, StatusDocument } from '@claimd/sdk'
import type { StatusService } from '../../control/index.js'
import { adapterState } from '../../core/claims/views.js'
import { hidingFault } from '../../core/configuration/hiding-fault.js'
import { failedByState } from '../../core/connections/failed.js'
import { hiddenByFile } from '../../core/connections/hidden.js'
import { connectionRows } from '../../core/connections/views.js'
import type { CoreEngine } from '../../core/core-engine.js'
import type { PluginHost } from '../../plugin-host/index.js'
import type { ConfigurationSource } from '../../store/index.js'
import { durableConnections, durableState, plumbingIn } from './engine-state.js'

interface Sources {
  engine: CoreEngine
  plugins: Pick<PluginHost, 'pluginRows' | 'configurationDoubts'>
  configuration: Pick<ConfigurationSource, 'fault' | 'unkept'>
  /** What the source of links says of itself. */
  linkSource(): Pick<
    StatusDocument,
    'links' | 'linksBecause' | 'networkNamespace' | 'udev' | 'resyncs' | 'malformed'
  >
  /** What stays the same while the daemon runs. */
  facts: Pick<
    StatusDocument,
    'version' | 'pid' | 'since' | 'node' | 'config' | 'state' | 'socket' | 'plugins'
  >
}

/** How the daemon itself is. */
export class Status implements StatusService {
  constructor(private readonly from: Sources) {}

  get(): StatusDocument {
    const { engine, plugins, configuration, linkSource, facts } = this.from
    const context = durableState(engine)
    const records = [...context.adapters.values()]
    const isPlumbing = plumbingIn(context)
    return {
      ...facts,
      revision: engine.revision,
      health: engine.degraded === null ? 'running' : 'degraded',
      because: engine.degraded?.because ?? null,
      remedy: engine.degraded?.remedy ?? null,
      configurationFault: configuration.fault,
      configurationDoubts: [...this.unkeptFault(), ...plugins.configurationDoubts(), ...this.hiding()],
      adapters: count(records.map(adapterState)) as Partial<Record<AdapterState, number>>,
      plumbing: records.filter(({ link }) => isPlumbing(link)).length,
      connections: count(connectionRows(durableConnections(engine)).map(({ state }) => state)),
      connectionsFailed: failedByState(durableConnections(engine)),
      pluginStates: count(plugins.pluginRows().map((row) => row.state)),
      ...linkSource(),
    }
  }

  onHealth(listener: (because: string | null) => void): () => void {
    return this.from.engine.onHealth(listener)
  }

  private hiding(): Fault[] {
    const { engine, facts } = this.from
    return hiddenByFile(durableConnections(engine)).map((name) => hidingFault(facts.config, name))
  }

  private unkeptFault(): Fault[] {
    const { configuration, facts } = this.from
    if (configuration.unkept === null) return []
    const found = `it is in force, but the state cannot hold it for the next start: ${configuration.unkept.message}`
    const remedy = 'See to the disk of the state folder; it is then stored without a restart'
    return [{ file: facts.config, field: '', found, expected: 'a state that can be written', remedy }]
  }
}

function count<T extends string>(values: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
