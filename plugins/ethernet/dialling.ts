import type {
  Adapter,
  ConfigFault,
  ConnectAnswer,
  ConnectCall,
  ConnectionCall,
  DialCall,
  DisconnectAnswer,
  DisconnectCall,
  Failure,
  LinksService,
  ResourcesAnswer,
  ResourcesCall,
  StatusAnswer,
  ValidateAnswer,
} from '@claimd/sdk'
import { connectFaults } from './configuration/connect-faults.js'
import { type EthernetConnection, readConnection } from './configuration/connection.js'
import { effectOf } from './configuration/effect.js'
import { faultText } from './configuration/faults.js'
import type { StaticAddressing } from './configuration/static-addressing.js'
import { missingAddresses } from './ip-address.js'
import { addressesBeingChecked } from './lifetimes.js'
import { some } from './some.js'
import { bringUp, NotBroughtUp, type Patience, usualPatience } from './static-link.js'
import type { SystemFiles } from './system-files.js'

type Connectable = EthernetConnection & { addressing: StaticAddressing }
type Refusal = Failure & { faults: ConfigFault[] }

/** Connects the configured connections of type `ethernet`: those with the method `static`. */
export class Dialling {
  constructor(
    private readonly links: LinksService,
    private readonly files: SystemFiles,
    private readonly patience: Patience = usualPatience,
  ) {}

  resources({ adapters, ...call }: ResourcesCall): ResourcesAnswer {
    const connection = connectable(call)
    if ('result' in connection) return connection
    const { selection } = connection
    const linkKey = effectOf(connection)
    const fitting = adapters.filter((adapter) => selection.fits(adapter))
    const usable = fitting.filter(({ master }) => master === null)
    if (usable.length > 0)
      return { result: 'SUCCESS', adapters: usable.sort(carrierFirst).map(({ id }) => id), linkKey }
    const ports = fitting.map(({ name, master }) => `${name} is a port of ${master}`)
    const found = ports.length > 0 ? some(ports) : `free are ${some(adapters.map(({ name }) => name))}`
    return {
      linkKey,
      result: 'CONNECTION_ACQUIRE_FAILED',
      cause: 'no-adapter',
      reason: `no wired adapter with ${selection.text} is free; ${found}`,
    }
  }

  validate(call: ConnectionCall): ValidateAnswer {
    const connection = connectable(call)
    // What somebody else sets up by DHCP can be claimed for it.
    if (connection === byDhcp) return { result: 'SUCCESS' }
    return 'result' in connection ? connection : { result: 'SUCCESS' }
  }

  async connect(call: ConnectCall): Promise<ConnectAnswer> {
    const connection = connectable(call)
    if ('result' in connection) return connection
    const { adapter } = call
    if (adapter === null)
      return failed('no-adapter', 'a wired connection needs an adapter, and none was given')
    const { addressing } = connection
    try {
      await bringUp(this.links, { ...call, adapter }, addressing, this.patience)
    } catch (error) {
      if (error instanceof NotBroughtUp) return failed(error.failure, error.message)
      throw error
    }
    return { result: 'SUCCESS', evidence: `static ${some(addressing.addresses)} on ${adapter.name}` }
  }

  /** All that `connect` does the host takes back by itself. */
  disconnect({ origin }: DisconnectCall): DisconnectAnswer {
    if (origin === 'dialled') return { result: 'SUCCESS' }
    return { result: 'NOT_SUPPORTED', reason: 'somebody else brought it up' }
  }

  async status({ adapter, ...call }: DialCall): Promise<StatusAnswer> {
    const connection = connectable(call)
    if ('result' in connection) return connection
    const down = (reason: string): StatusAnswer => ({ result: 'SUCCESS', state: 'disconnected', reason })
    if (adapter === null) return down('its adapter is gone')
    if (!adapter.up) return down(`${adapter.name} is down`)
    const missing = await this.#missing(adapter, connection.addressing)
    if (missing.length > 0) return down(`${adapter.name} lacks ${some(missing)}`)
    if (adapter.carrier === true) return { result: 'SUCCESS', state: 'connected' }
    return { result: 'SUCCESS', state: 'suspended', reason: `${adapter.name} has no carrier` }
  }

  /** An IPv6 address that the kernel looks at for duplicates once more is still there. */
  async #missing(adapter: Adapter, { addresses }: StaticAddressing): Promise<string[]> {
    const missing = missingAddresses(addresses, adapter.addresses)
    if (!missing.some((address) => address.includes(':'))) return missing
    const checked = await addressesBeingChecked(this.files, adapter)
    return missing.filter((address) => !checked.has(address.split('/')[0]!))
  }
}

/** Without faults: there is nothing wrong with such a connection. */
const byDhcp: Refusal = {
  result: 'NOT_SUPPORTED',
  reason:
    'its method is dhcp, and claimd does not connect by DHCP yet; it is claimed when a DHCP client has set it up',
  faults: [],
}

/** The connection, or why it cannot be connected. */
function connectable({ connection: name, config }: Pick<ConnectionCall, 'connection' | 'config'>) {
  const read = readConnection({ name, config })
  if ('faults' in read) return refusal('INCONSISTENT_CONFIGURATION', read.details)
  if (read.addressing.method === 'dhcp') return byDhcp
  const faults = connectFaults(read)
  return faults.length > 0 ? refusal('INCONSISTENT_CONFIGURATION', faults) : (read as Connectable)
}

function refusal(result: Failure['result'], faults: ConfigFault[]): Refusal {
  return { result, reason: faults.map(faultText).join('; '), faults }
}

function failed(cause: NonNullable<Failure['cause']>, reason: string): Failure {
  return { result: 'CONNECTION_ACQUIRE_FAILED', cause, reason }
}

function carrierFirst(a: Adapter, b: Adapter): number {
  return Number(b.carrier === true) - Number(a.carrier === true)
}
