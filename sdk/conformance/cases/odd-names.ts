import { connectionNameFault } from '../../connection-name.js'
import { type Case, fail, pass, skip } from '../case.js'
import { claimOne } from '../claiming.js'

export const oddNames: Case = {
  id: 'odd-names',
  rule: 'Adapters may have any name that the kernel allows, and a held one may be renamed.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.borrowPlugin()
    const held = await claimOne(bench, plugin)
    const isUsualFaulty = held !== null && connectionNameFault(held.connection) !== null
    let names = 0
    for (const { id } of bench.plugin.providers) {
      const plain = held?.provider === id ? held.adapter : bench.fitting(id)[0]
      if (!plain) continue
      const { claim: plainClaim } = held?.provider === id ? { claim: null } : await plugin.offer(id, plain)
      if (plainClaim) plugin.released(plainClaim, 'void')
      if (plugin.died() !== null) return skip(`it ends whatever the name is: ${plugin.died()}`)
      const usual = await plugin.observed()
      if (usual.threw !== null) return skip(`it throws whatever the name is: ${usual.threw}`)
      for (const odd of bench.oddlyNamed(id, plain)) {
        names++
        const { claim, late } = await plugin.offer(id, odd)
        if (claim) plugin.released(claim, 'void')
        if (held?.provider === id) await plugin.verify(held, { ...odd, id: held.adapter.id })
        const { threw } = plugin.died() === null ? await plugin.observed() : { threw: null }
        const fault = claim && !isUsualFaulty && connectionNameFault(claim.connection)
        const found = plugin.died() ?? threw ?? (late ? 'no answer in time' : null)
        if (found !== null) return tripped(odd.name, found)
        if (fault) return tripped(odd.name, `claimed for ${JSON.stringify(claim.connection)}, which ${fault}`)
      }
    }
    return names > 0 ? pass(`${names} odd names`) : skip('its match rules leave no room for other names')
  },
}

function tripped(name: string, found: string) {
  return fail(
    `an adapter named ${JSON.stringify(name)}: ${found}`,
    'an answer, as for any other name',
    'Treat a name as text that can hold anything: never as a pattern, a path, markup or a key of a plain object',
  )
}
