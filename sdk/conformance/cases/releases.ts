import type { ReleasedReason } from '../../provider.js'
import type { Claimed, RunningPlugin } from '../bench.js'
import { type Case, fail, pass, skip, type Verdict } from '../case.js'
import { claimOne, firstClaim, nothingClaimed } from '../claiming.js'

const rest = {
  void: 'Take released() with the reason void as the news that the claim never came about: forget what was remembered by its fence',
  twice: 'Let released() do nothing for a fence that is not known, or not known any more',
}

/** After an answer that the host could not take. */
export const releasedVoid: Case = {
  id: 'released-void',
  rule: 'An answer that comes to nothing is released as void, and the plugin takes that.',
  level: 'must',
  run: (bench) =>
    afterClaim(bench, firstClaim, rest.void, (plugin, claim) => {
      plugin.released(claim, 'void')
    }),
}

export const releasedTwice: Case = {
  id: 'released-twice',
  rule: 'A claim may be released twice; the second time nothing happens.',
  level: 'must',
  run: (bench) =>
    afterClaim(bench, claimOne, rest.twice, (plugin, claim) => {
      plugin.released(claim, 'operator')
      plugin.released(claim, 'operator')
    }),
}

export const releasedUnheld: Case = {
  id: 'released-unheld',
  rule: 'An adapter may be released that the plugin never held, as after a crash; then nothing happens.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    for (const { id } of bench.plugin.providers) {
      const [adapter] = bench.fitting(id)
      if (!adapter) continue
      const held = {
        provider: id,
        adapter,
        connection: adapter.name,
        volatile: true,
        evidence: null,
        fence: 999,
      }
      for (const reason of ['operator', 'gone', 'handed-over', 'void'] satisfies ReleasedReason[])
        plugin.released(held, reason)
      const trouble = await troubleOf(plugin, held)
      if (trouble !== null) return fail(trouble, 'nothing happens', rest.twice)
    }
    return pass('it was told so for each reason')
  },
}

async function afterClaim(
  bench: Parameters<Case['run']>[0],
  claimFirst: typeof claimOne,
  remedy: string,
  act: (plugin: RunningPlugin, claim: Claimed) => void,
): Promise<Verdict> {
  const plugin = await bench.borrowPlugin()
  const claim = await claimFirst(bench, plugin)
  if (!claim) return skip(nothingClaimed)
  act(plugin, claim)
  const trouble = await troubleOf(plugin, claim)
  if (trouble !== null) return fail(trouble, 'nothing is thrown, and the plugin goes on', remedy)
  return pass(`${claim.adapter.name} can be offered again`)
}

/** What went wrong with a release, as far as the next offer shows. */
async function troubleOf(plugin: RunningPlugin, { provider, adapter }: Claimed): Promise<string | null> {
  const next = await plugin.offer(provider, adapter)
  const death = plugin.died()
  if (death !== null) return death
  if (next.late) return 'the next offer was not answered in time'
  const { releaseThrew, missingFixtures } = await plugin.observed()
  if (releaseThrew === null) return null
  const missing = missingFixtures.releaseThrew
  return `released threw ${releaseThrew}${missing === undefined ? '' : `: in conformance.json, ${missing}`}`
}
