import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { AdapterRow, AdaptersDocument } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import type { Link } from '../../host/core/adapters/link.js'
import { type Lab, until } from '../system/lab.js'
import type { Follower } from './follower.js'

/** Waits until nothing moves any more, and the follower has heard of all that did. */
export async function quiet(lab: Lab, follower: Follower): Promise<AdaptersDocument> {
  let before = -1
  let since = performance.now()
  const client = new Client({ socket: lab.socket })
  let seen: AdaptersDocument | undefined
  return until(
    async () => {
      const now = await client.adapters()
      seen = now
      const busy = now.adapters.some(({ state }) => state === 'offered')
      if (now.revision !== before || busy || follower.revision !== now.revision) {
        before = now.revision
        since = performance.now()
      }
      return performance.now() - since > 1_200 ? now : null
    },
    () => {
      const busy = seen?.adapters.filter(({ state }) => state === 'offered').map(({ name }) => name)
      return `it does not become quiet: revision ${seen?.revision}, seen ${follower.revision}, offered: ${busy}`
    },
    60_000,
  )
}

/** What is wrong when nothing moves, in words. */
export function faultsAtRest(lab: Lab, follower: Follower, { adapters }: AdaptersDocument): string[] {
  return [
    ...differences(freshLinks(lab), adapters),
    ...claimFaults(follower, adapters),
    ...follower.faults.splice(0),
  ]
}

function freshLinks(lab: Lab): Link[] {
  const program = fileURLToPath(new URL('./fresh-links.js', import.meta.url))
  const command = ['netns', 'exec', lab.namespace, process.execPath, program]
  return JSON.parse(execFileSync('ip', command, { encoding: 'utf8', maxBuffer: 1 << 26 }))
}

function differences(links: readonly Link[], rows: readonly AdapterRow[]): string[] {
  const names = new Map(links.map(({ index, name }) => [index, name]))
  const known = new Map(rows.map((row) => [row.index, shown(row, row.master)]))
  const faults: string[] = []
  for (const link of links) {
    const now = shown(link, link.master === null ? null : (names.get(link.master) ?? '?'))
    const row = known.get(link.index)
    if (row !== now) faults.push(`the kernel has ${now}, and claimd ${row}`)
    known.delete(link.index)
  }
  for (const row of known.values()) faults.push(`the kernel does not have ${row}`)
  return faults
}

function shown(link: Omit<Link, 'master'> | AdapterRow, master: string | null): string {
  const { index, name, kind, address, up, carrier, addresses, alternativeNames } = link
  return JSON.stringify({
    index,
    name,
    kind,
    address,
    up,
    carrier,
    master,
    addresses: [...addresses].sort(),
    alternativeNames,
  })
}

/** What was announced and has not ended is held, and nothing else is. */
function claimFaults(follower: Follower, rows: readonly AdapterRow[]): string[] {
  const faults: string[] = []
  const announced = new Map(follower.held)
  const connections = new Set<string>()
  for (const { id, connection } of rows) {
    if (announced.get(id) !== (connection ?? undefined))
      faults.push(`${id} is held for ${connection}, and ${announced.get(id)} was announced`)
    announced.delete(id)
    if (connection !== null && connections.has(connection)) faults.push(`${connection} is held twice`)
    if (connection !== null) connections.add(connection)
  }
  for (const [id, connection] of announced)
    faults.push(`${id} is gone, and its claim for ${connection} never ended`)
  return faults
}
