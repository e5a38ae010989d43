import type { ConfiguredConnection } from '@claimd/sdk'
import { canonicalPrefix } from '../ip-address.js'
import { compileGlob } from './glob.js'
import { Selection, type SelectionKey, selectionKeys } from './selection.js'

/** A configured connection whose `config` has no fault. */
export interface EthernetConnection {
  name: string
  selection: Selection
  addressing: { method: 'dhcp' } | { method: 'static'; addresses: readonly string[] }
}

/** A configured connection whose `config` cannot be used. */
export interface FaultyConnection {
  name: string
  /** Every fault, in words. */
  faults: string[]
  /** The adapters that it is for; `null` when that is among the faults. */
  selection: Selection | null
}

const keys = ['match', 'method', 'addresses']
const addressLimit = 64

/** Reads the `config` of a connection. It never throws, whatever is in it. */
export function readConnection({
  name,
  config,
}: ConfiguredConnection): EthernetConnection | FaultyConnection {
  const faults: string[] = []
  const fault = (field: string, found: unknown, expected: string) => {
    faults.push(`config${field && `.${field}`}: found ${shown(found)}, expected ${expected}`)
  }
  for (const key of Object.keys(config)) {
    if (!keys.includes(key)) fault(key, config[key], `no such key; there are ${keys.join(', ')}`)
  }
  const selection = readSelection(config.match, fault)
  const { method } = config
  if (method !== 'static' && method !== 'dhcp') fault('method', method, '"static" or "dhcp"')
  const addresses = method === 'static' ? readAddresses(config.addresses, fault) : []
  if (method === 'dhcp' && config.addresses !== undefined) {
    fault('addresses', config.addresses, 'none with the method "dhcp": the lease says the address')
  }
  if (faults.length > 0 || selection === null) return { name, faults, selection }
  return { name, selection, addressing: method === 'static' ? { method, addresses } : { method: 'dhcp' } }
}

type Fault = (field: string, found: unknown, expected: string) => void

function readSelection(match: unknown, fault: Fault): Selection | null {
  const expected = 'an object with name, address or path, such as {"name": "enp3s0"}'
  if (
    typeof match !== 'object' ||
    match === null ||
    Array.isArray(match) ||
    Object.keys(match).length === 0
  ) {
    fault('match', match, expected)
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
      fault(`match.${key}`, value, known ? glob : `no such key; there are ${selectionKeys.join(', ')}`)
    }
  }
  return sound ? new Selection(wanted) : null
}

function readAddresses(addresses: unknown, fault: Fault): string[] {
  if (!Array.isArray(addresses) || addresses.length === 0 || addresses.length > addressLimit) {
    fault('addresses', addresses, `a list of 1 to ${addressLimit} addresses, such as ["192.0.2.7/24"]`)
    return []
  }
  return addresses.flatMap((address: unknown, index) => {
    const canonical = typeof address === 'string' ? canonicalPrefix(address) : null
    if (canonical !== null) return canonical
    fault(`addresses[${index}]`, address, 'an IP address with its prefix length, such as "192.0.2.7/24"')
    return []
  })
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
