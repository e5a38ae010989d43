import { type Case, fail, pass } from '../case.js'

/** What activating and some offers may bring into the log. */
const most = { lines: 200, characters: 32 * 1024 }

export const keepsQuiet: Case = {
  id: 'keeps-quiet',
  rule: 'The plugin writes little to its log and its output.',
  level: 'must',
  async run(bench) {
    const plugin = await bench.startPlugin()
    for (const { id } of bench.plugin.providers) {
      for (const adapter of bench.fitting(id)) await plugin.offer(id, adapter)
    }
    const characters = plugin.log.reduce((sum, line) => sum + line.length, 0)
    const found = `${plugin.log.length} lines, ${characters} characters`
    if (plugin.log.length <= most.lines && characters <= most.characters) return pass(found)
    return fail(
      found,
      `at most ${most.lines} lines and ${most.characters} characters for activating and an offer of each adapter`,
      'Log what an operator needs to know, once; the host drops what is over its budget',
    )
  },
}
