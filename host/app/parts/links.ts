import type { LinkSource } from '../../core/adapters/link.js'
import type { LinkChanger } from '../../core/adapters/link-changer.js'
import { KernelSource, NetlinkChanger } from '../../links/index.js'
import type { DaemonOptions } from '../daemon.js'

/** Where links come from, and how they are changed. */
export async function openLinks({
  simulate,
  links,
}: DaemonOptions): Promise<{ source: LinkSource; changer: LinkChanger }> {
  if (links) return { source: links, changer: links.changer() }
  if (simulate === null) return { source: new KernelSource(), changer: new NetlinkChanger() }
  // Loaded only here: a daemon for the kernel's links should not carry it.
  const { readSimulation, SimulatedSource } = await import('../../links/simulator/index.js')
  const source = new SimulatedSource(await readSimulation(simulate))
  return { source, changer: source.changer() }
}
