import type { ConfigFault, ConfiguredConnection } from '@claimd/sdk'
import { Faults, type TellFault } from './faults.js'
import { compileGlob } from './glob.js'
import { Selection, type SelectionKey, selectionKeys } from './selection.js'
import { readStatic, type StaticAddressing, staticKeys } from './static-addressing.js'

/** A configured connection whose `config` has no fault. */
export interface EthernetConnection {
  name: string
  selection: Selection
  /** Whether an adapter may have further addresses, which somebody else has set. */
  othersAllowed: boolean
  addressing: { method: 'dhcp' } | StaticAddressing
}

/** A configured connection whose `config` cannot be used. */
export interface FaultyConnection {
  name: string
  /** Every fault, in words. */
  faults: string[]
  details: ConfigFault[]
  /** The adapters that it is for; `null` when that is among the faults. */
  selection: Selection | null
}

const keys = ['match', 'method', 'others', ...staticKeys]

/** Reads the `config` of a connection. It never throws, whatever is in it. */
export function readConnection({
  name,
  config,
}: Pick<ConfiguredConnection, 'name' | 'config'>): EthernetConnection | FaultyConnection {
  const faults = new Faults()
  const fault = faults.tell
  for (const key of Object.keys(config)) {
    if (key === 'dns') readDns(config.dns, fault)
    else if (!keys.includes(key)) fault([key], config[key], `no such key; there are ${keys.join(', ')}`)
  }
  const selection = readSelection(config.match, fault)
  const othersAllowed = readOthers(config.others, fault)
  const addressing = readAddressing(config, fault)
  if (faults.list.length > 0 || selection === null || addressing === null)
    return { name, faults: faults.texts, details: faults.list, selection }
  return { name, selection, othersAllowed, addressing }
}

function readAddressing(
  config: ConfiguredConnection['config'],
  fault: TellFault,
): EthernetConnection['addressing'] | null {
  const { method } = config
  if (method === 'static') return { method, ...readStatic(config, fault) }
  if (method !== 'dhcp') {
    fault(['method'], method, '"static" or "dhcp"')
    return null
  }
  for (const key of staticKeys) {
    if (config[key] === undefined) continue
    const why = key === 'addresses' ? 'the lease says the address' : 'claimd does not connect by DHCP yet'
    fault([key], config[key], `none with the method "dhcp": ${why}`)
  }
  return { method }
}

function readOthers(others: unknown, fault: TellFault): boolean {
  if (others !== undefined && others !== 'allowed' && others !== 'refused')
    fault(['others'], others, '"allowed" or "refused"')
  return others === 'allowed'
}

/** An empty list says what is done, and so is right. */
function readDns(dns: unknown, fault: TellFault): void {
  if (!Array.isArray(dns) || dns.length > 0)
    fault(['dns'], dns, 'no DNS servers: claimd sets none yet, and leaves those of the machine as they are')
}

function readSelection(match: unknown, fault: TellFault): Selection | null {
  const expected = 'an object with name, address or path, such as {"name": "enp3s0"}'
  if (
    typeof match !== 'object' ||
    match === null ||
    Array.isArray(match) ||
    Object.keys(match).length === 0
  ) {
    fault(['match'], match, expected)
    return null
  }
  const wanted: Partial<Record<SelectionKey, string>> = {}
  let sound = true
  for (const [key, value] of Object.entries(match)) {
    const known = selectionKeys.find((each) => each === key)
    if (known && typeof value === 'string' && value !== '' && compileGlob(value)) wanted[known] = value
    else {
      sound = false
      const glob = 'a text or glob: * (at most four), ?, [a-z], [!a-z]'
      fault(['match', key], value, known ? glob : `no such key; there are ${selectionKeys.join(', ')}`)
    }
  }
  return sound ? new Selection(wanted) : null
}
