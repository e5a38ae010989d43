import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Round, RoundAnswer } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { root, until } from '../lab.js'
import { AttackLab, whos } from './attack-lab.js'

const source = join(root, 'test/fixtures/plugins/hostile')
/** What comes over the channel, and is ignored and recorded. */
const ignored = ['not-json', 'binary', 'long-line', 'forged', 'proto', 'requests']
/** What ends the plugin, and what is said of it. */
const ending: Record<string, RegExp> = {
  endless: /flooding: it sent too many bytes|flooding/,
  flood: /flooding/,
  'flood-empty': /flooding/,
  closes: /channel|code/,
}

/** A copy of the hostile plugin that makes one attack, on the link of its name. */
function hostile(lab: AttackLab, attack: string): void {
  const draft = join(lab.folder, `draft-${attack}`)
  cpSync(source, draft, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  manifest.name = `hostile-${attack}`
  manifest.contributes.providers[0].match = [{ name: attack }]
  writeFileSync(join(draft, 'package.json'), JSON.stringify(manifest))
  lab.place(draft, `hostile-${attack}`)
}

/** What the plugin answered in the latest round that is over. */
async function lastAnswer(lab: AttackLab, attack: string): Promise<RoundAnswer | null> {
  const { rounds } = (await lab.http('GET', `/v1/adapters/${attack}/explain`)).json
  const all = (rounds as Round[]).flatMap(({ answers }) => answers)
  const own = all.filter(({ plugin, result }) => plugin === `hostile-${attack}` && result !== null)
  return own.at(-1) ?? null
}

// What comes over the channel is checked in the same way whoever the daemon runs as.
for (const who of whos.slice(0, 1)) {
  const test = suite(`system/attacks, the channel, the daemon being ${who.name}`, { timeout: 90_000 })
  let lab: AttackLab | undefined

  test.before(
    async () => {
      lab = await AttackLab.start(who, () => {}, { links: [...ignored, 'errors', ...Object.keys(ending)] })
    },
    { timeout: 60_000 },
  )
  test.after.each(() => lab?.unharmed())
  test.after(() => lab?.close())

  for (const attack of [...ignored, 'errors']) {
    test(`a plugin that sends ${attack}: ignored by the host's checks, and the plugin goes on`, async () => {
      hostile(lab!, attack)
      const answer = await until(
        () => lastAnswer(lab!, attack),
        async () => JSON.stringify(await lab!.document(`hostile-${attack}`)),
        40_000,
      )
      assert.equal([answer.result, answer.reason], ['INVALID_CONNECTION', 'harmless'])
      const { state, restarts } = await lab!.plugin(`hostile-${attack}`)
      assert.equal([state, restarts], ['running', 0])
      if (attack !== 'errors')
        assert.match(
          await lab!.log(`hostile-${attack}`),
          /ignored (what the plugin sent|\d+ answers that nobody asked for)/,
        )
      const connections = (await lab!.http('GET', '/v1/connections')).json.connections
      assert.not.match(JSON.stringify(connections), 'forged', 'it answered for another')
    })
  }

  test('plugins that flood, never end a line, or close the channel: each ended, and quarantined with the reason', async () => {
    for (const attack of Object.keys(ending)) hostile(lab!, attack)
    for (const [attack, because] of Object.entries(ending)) {
      const row = await lab!.becomes(`hostile-${attack}`, 'quarantined')
      assert.match(row.because, because)
      await lab!.isEnded(`hostile-${attack}`)
      assert.is((await lastAnswer(lab!, attack))?.result, 'UNEXPECTED')
    }
    const told = (await lab!.events(0, 'plugin-quarantined')).map(({ message }) => String(message))
    for (const attack of Object.keys(ending)) {
      assert.ok(
        told.some((one) => one.includes(`hostile-${attack}`)),
        told.join('\n'),
      )
    }
  })

  test.run()
}
