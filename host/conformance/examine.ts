import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from '@claimd/sdk'
import type { Manifest } from '@claimd/sdk/manifest'
import { withoutMark } from '../core/documents/json-syntax.js'
import type { Subject } from './host-bench.js'
import type { Parts } from './parts.js'
import type { Workshop } from './workshop.js'

/**
 * Has the plugin host find the plugin and check its manifest, and makes the copy with the probe of what it would
 * run. None of the plugin's code runs.
 * @param known what was wrong with the plugin when it was copied
 */
export async function examine(
  parts: Parts,
  workshop: Workshop,
  folder: string,
  known: readonly Fault[],
): Promise<Subject> {
  let build: string | null = null
  const state = await workshop.room()
  const host = parts.makePluginHost(
    { plugins: workshop.plain, state },
    {
      providersChanged: () => {},
      event: () => {},
      note: ({ type, build: of }) => {
        if (type === 'plugin-added' && typeof of === 'string') build = of
      },
    },
    { fixtures: {}, isOwn: () => false, onMissing: () => {} },
  )
  await host.start()
  const [row] = host.pluginRows()
  await host.stop()
  if (!row) throw new Error('the plugin host did not find the plugin')
  const { copy } = workshop
  const found = row.faults.map((fault) => ({ ...fault, file: fault.file.replace(copy, folder) }))
  const faults = known.length > 0 ? known : found
  const providers = faults.length > 0 ? [] : await contributedProviders(copy)
  if (faults.length === 0) {
    const staged = parts.stagedCopy(state, row.name, build!)
    await workshop.addProbe(
      staged,
      providers.map(({ id }) => id),
    )
  }
  return { name: row.name, version: row.version, build, providers, faults }
}

async function contributedProviders(folder: string) {
  const manifest: Manifest = JSON.parse(withoutMark(await readFile(join(folder, 'package.json'), 'utf8')))
  return manifest.contributes.providers ?? []
}
