import * as assert from 'uvu/assert'
import type { WallName } from '../../../host/plugin-host/jail/wall.js'
import { suite } from '../../harness.js'
import { attempts as jailAttempts } from '../../host/plugin-host/jail/attempts.js'
import { stoppedBy } from '../../host/plugin-host/jail/walls-table.js'
import { AttackLab, type Who, whos } from './attack-lab.js'
import {
  type Attempts,
  attack,
  cueOf,
  dropAttacker,
  type Outcomes,
  type PluginFacts,
} from './attacking-plugin.js'
import { factsOf, placeFiles, Servers } from './targets.js'

type Test = ReturnType<typeof suite>

/** An attempt beside those that are made in the jail alone, and the walls that stop it. */
export interface OwnAttempt {
  attempt: Attempts[string]
  by: readonly WallName[]
}

/** What attempts a file makes, in a daemon of root's and in one of an ordinary user's. */
export interface AttemptsAt {
  subject: string
  /** Of those that the jail is tried with. */
  names: readonly (keyof typeof stoppedBy)[]
  own?: Readonly<Record<string, OwnAttempt>>
  servers?: boolean
  /** A script that changes what the daemon sees mounted. */
  mounts?: string
  prepare?(lab: AttackLab): void
  /** Declares more tests with the same daemon. */
  more?(test: Test, who: Who, site: () => { lab: AttackLab; facts: PluginFacts; outcomes: Outcomes }): void
  links?: readonly string[]
}

/** Declares a test for every attempt: what stops it, as claimd itself says what stands, or that nothing does. */
export function attemptsAt({
  subject,
  names,
  own = {},
  servers: wantsServers = false,
  mounts = ':',
  prepare,
  more,
  links = [],
}: AttemptsAt): void {
  const all: Record<string, OwnAttempt> = {
    ...Object.fromEntries(
      names.map((name) => [name, { attempt: jailAttempts[name] as Attempts[string], by: stoppedBy[name] }]),
    ),
    ...own,
  }
  for (const who of whos) {
    const test = suite(`system/attacks, ${subject}, the daemon being ${who.name}`, { timeout: 60_000 })
    let lab: AttackLab | undefined
    let servers: Servers | null = null
    let facts: PluginFacts
    let outcomes: Outcomes
    let standing: Set<string>

    test.before(
      async () => {
        const attempts = Object.fromEntries(Object.entries(all).map(([name, { attempt }]) => [name, attempt]))
        lab = await AttackLab.start(
          who,
          async (made) => {
            placeFiles(made.outside)
            if (wantsServers) servers = await Servers.listen(made.outside)
            dropAttacker(made, 'attacker', attempts)
            dropAttacker(made, 'victim', {}, { 'lab-victim': 'victim' })
            prepare?.(made)
          },
          {
            links: [cueOf('attacker'), cueOf('victim'), 'lab-victim', ...links],
            mounts: () => servers?.mounts ?? mounts,
          },
        )
        await lab.settles('lab-victim', 'claimed', 'victim/p')
        await lab.becomes('attacker', 'running')
        const { walls } = await lab.document('attacker')
        standing = new Set(walls.flatMap(({ wall, stands }) => (stands ? [wall] : [])))
        facts = await factsOf(lab, servers)
        outcomes = await attack(lab, 'attacker', facts)
      },
      { timeout: 60_000 },
    )
    test.after.each(() => lab?.unharmed())
    test.after(async () => {
      await lab?.close()
      servers?.close()
    })

    for (const [name, { by }] of Object.entries(all)) {
      const held = by.filter((wall) => !who.wallsMissing.includes(wall))
      const words = held.length > 0 ? `stopped by ${held.join(', and by ')}` : 'not stopped'
      test(`a plugin that ${name}: ${words}`, () => {
        const said = by.filter((wall) => standing.has(wall))
        assert.equal(said, held, 'the walls that claimd says stand')
        assert.ok(name in outcomes)
        assert.is(outcomes[name] === 'open', held.length === 0, outcomes[name])
        assert.is.not(outcomes[name], 'hangs')
      })
    }
    more?.(test, who, () => ({ lab: lab!, facts, outcomes }))
    test.run()
  }
}
