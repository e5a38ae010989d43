import { isIPv4 } from 'node:net'
import { maskLength } from '../ip-address.js'
import type { Lease } from './lease.js'

/** The parts of the language: a quoted text, a comment, a sign, a word, and a line with a quote that is never closed. */
const tokens = /"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{};]|[^\s{};"#]+|"[^\n]*/g

/**
 * Reads the leases file of ISC dhclient (dhclient.leases(5)). The client appends to it, so the last lease of a
 * link is the one that holds.
 * @param cut whether the text begins somewhere in the file
 */
export function readDhclient(text: string, cut: boolean): Lease[] {
  const current = new Map<string, Lease>()
  for (const statements of blocks(cut ? text.slice(Math.max(0, text.indexOf('\nlease {'))) : text)) {
    const lease = leaseOf(statements)
    if (lease === null) continue
    current.delete(lease.name)
    current.set(lease.name, lease)
  }
  return [...current.values()]
}

/** The statements of each block `lease { … }`; blocks of other kinds and blocks without an end are left out. */
function blocks(text: string): string[][][] {
  const found: string[][][] = []
  let depth = 0
  let words: string[] = []
  let block: string[][] | null = null
  for (const [token] of text.matchAll(tokens)) {
    if (token.startsWith('#')) continue
    if (token === '{') {
      if (depth++ === 0) block = words.join(' ') === 'lease' ? [] : null
    } else if (token === '}') {
      depth = Math.max(0, depth - 1)
      if (depth === 0 && block) found.push(block)
      if (depth === 0) block = null
    } else if (token === ';') {
      if (depth === 1) block?.push(words)
    } else {
      words.push(token)
      continue
    }
    words = []
  }
  return found
}

function leaseOf(statements: string[][]): (Lease & { name: string }) | null {
  const lease = {
    client: 'dhclient',
    address: '',
    length: null,
    expires: Number.NaN,
    name: '',
    mac: null,
  } as Lease & {
    name: string
  }
  for (const [key, ...values] of statements) {
    if (key === 'interface') lease.name = unquoted(values[0])
    else if (key === 'fixed-address') lease.address = values[0] ?? ''
    else if (key === 'expire') lease.expires = timeOf(values)
    else if (key === 'option' && values[0] === 'subnet-mask') lease.length = maskLength(values[1] ?? '')
  }
  return isIPv4(lease.address) && lease.name !== '' && !Number.isNaN(lease.expires) ? lease : null
}

/** `5 2026/11/20 11:34:05` in UTC, `epoch 1795174445`, or `never`; otherwise not a number. */
function timeOf([first = '', second = '', third = '']: string[]): number {
  if (first === 'never') return Number.POSITIVE_INFINITY
  if (first === 'epoch') return /^\d{1,12}$/.test(second) ? Number(second) * 1000 : Number.NaN
  const date = /^(\d{4})\/(\d\d)\/(\d\d)$/.exec(second)
  if (!date || !/^\d\d:\d\d:\d\d$/.test(third)) return Number.NaN
  return Date.parse(`${date[1]}-${date[2]}-${date[3]}T${third}Z`)
}

function unquoted(text = ''): string {
  return text.replace(/^"(.*)"$/, '$1')
}
