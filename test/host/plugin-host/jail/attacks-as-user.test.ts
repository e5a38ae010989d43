import * as assert from 'uvu/assert'
import { type WallName, wallNames } from '../../../../host/plugin-host/jail/wall.js'
import { skip, suite } from '../../../harness.js'
import type { AttemptName } from './attempts.js'
import { asUser, type Column, column, columns } from './columns.js'
import { stoppedBy } from './walls-table.js'

/** Namespaces that an ordinary user can make where user namespaces are allowed. */
const ofNamespaces: WallName[] = ['hidden-folders', 'empty-network', 'own-ipc']
/** What only root can build. */
const ofRoot: WallName[] = ['own-user', 'hidden-processes']
/** The host has the same user, which may do this without any capability. */
const asItself: AttemptName[] = ['changes the priority of the host']

const withoutNamespaces = wallNames.filter((wall) => !ofNamespaces.includes(wall))
let made = new Map<string, Column>()

for (const [kind, walls] of [
  ['an ordinary user with user namespaces', wallNames],
  ['an ordinary user without', withoutNamespaces],
] as const) {
  const test = suite(`plugin-host/jail/attacks, the host being ${kind}`)
  const standing = walls.filter((wall) => !ofRoot.includes(wall))

  test.before(
    async () => {
      if (process.getuid?.() !== 0) skip('needs root, to make mounts and another user')
      made = await columns([kind], () => column(walls, asUser))
      const stands = made.get(kind)!.walls.filter((wall) => wall.stands)
      if (walls === wallNames && !stands.some(({ wall }) => wall === 'hidden-folders')) {
        skip('user namespaces are not allowed here')
      }
    },
    { timeout: 55_000 },
  )

  test('the walls that only root can build do not stand, and it is said what that means', () => {
    for (const { wall, stands, because } of made.get(kind)!.walls) {
      assert.is(stands, standing.includes(wall), `${wall}: ${because}`)
      if (wall === 'own-user') {
        assert.match(because, /claimd does not run as root: .*can signal the host and other plugins/)
      }
    }
  })

  for (const [attempt, by] of Object.entries(stoppedBy) as [AttemptName, WallName[]][]) {
    const held = asItself.includes(attempt) ? [] : by.filter((wall) => standing.includes(wall))
    const words = held.length > 0 ? `stopped by ${held.join(' and ')}` : 'not stopped'
    test(`a plugin that ${attempt}: ${words}`, () => {
      const outcome = made.get(kind)!.outcomes[attempt]
      assert.is(outcome === 'open', held.length === 0, outcome)
    })
  }

  test('whatever it tried, the other plugin answers', () => {
    assert.is(made.get(kind)!.outcomes['the other plugin lives'], 'open')
  })

  test.run()
}
