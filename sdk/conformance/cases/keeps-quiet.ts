import { type Case, fail, pass } from '../case.js'

/** What activating and an offer of each adapter may bring into the log. */
const most = { lines: 200, characters: 32 * 1024 }

export const keepsQuiet: Case = {
  id: 'keeps-quiet',
  rule: 'The plugin writes little to its log and its output.',
  level: 'must',
  async run(bench) {
    const { log } = await bench.survey()
    const characters = log.reduce((sum, line) => sum + line.length, 0)
    const found = `${log.length} lines, ${characters} characters`
    if (log.length <= most.lines && characters <= most.characters) return pass(found)
    return fail(
      found,
      `at most ${most.lines} lines and ${most.characters} characters for activating and an offer of each adapter`,
      'Log what an operator needs to know, once; the host drops what is over its budget',
    )
  },
}
