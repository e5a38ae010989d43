import * as assert from 'uvu/assert'
import { type WallName, wallNames } from '../../../../host/plugin-host/jail/wall.js'
import { skip, suite } from '../../../harness.js'
import type { AttemptName } from './attempts.js'
import { type Column, column, columns } from './columns.js'
import { prerequisites, stoppedBy } from './walls-table.js'

const test = suite('plugin-host/jail/attacks, the host being root')
const attempts = Object.entries(stoppedBy) as [AttemptName, WallName[]][]
const tried = wallNames.filter((wall) => attempts.some(([, by]) => by.includes(wall)))
/** Hosts without any wall, with one each (and what it needs), and with all. */
const hosts = new Map<WallName | 'none' | 'all', readonly WallName[]>([
  ['none', []],
  ...tried.map((wall) => [wall, [...(prerequisites[wall] ?? []), wall]] as const),
  ['all', wallNames],
])
let made = new Map<WallName | 'none' | 'all', Column>()

test.before(
  async () => {
    if (process.getuid?.() !== 0) skip('needs root')
    made = await columns([...hosts.keys()], (host) => column(hosts.get(host)!))
  },
  { timeout: 110_000 },
)

test('each host has the walls that it was to have, and no others', () => {
  for (const [host, walls] of hosts) {
    const standing = made.get(host)!.walls.filter(({ stands }) => stands)
    assert.equal(
      standing.map(({ wall }) => wall),
      wallNames.filter((wall) => walls.includes(wall)),
      host,
    )
  }
})

for (const [attempt, by] of attempts) {
  const walls = by.length > 0 ? `stopped by ${by.join(', and by ')}` : 'not stopped'
  test(`a plugin that ${attempt}: ${walls}`, () => {
    const outcome = (host: WallName | 'none' | 'all') => made.get(host)!.outcomes[attempt]
    assert.is(outcome('none'), 'open', 'without walls it is not stopped')
    const stops = (wall: WallName) => outcome(wall) !== 'open' && !outcome(wall).startsWith('ended')
    const held = tried.filter((wall) => stops(wall) && !prerequisites[wall]?.some(stops))
    assert.equal(new Set(held), new Set(by), JSON.stringify(tried.map((wall) => [wall, outcome(wall)])))
    assert.is(outcome('all') === 'open', by.length === 0, outcome('all'))
  })
}

test('neither Node’s permissions nor the walls of the system are enough alone', () => {
  const onlyBy = (wanted: (walls: WallName[]) => boolean) =>
    attempts.filter(([, by]) => by.length > 0 && wanted(by))
  assert.ok(onlyBy((by) => by.every((wall) => wall === 'node-permissions')).length > 10)
  assert.ok(onlyBy((by) => !by.includes('node-permissions')).length > 10)
})

test('whatever it tried, the other plugin answers', () => {
  for (const [host, { outcomes }] of made) assert.is(outcomes['the other plugin lives'], 'open', host)
})

test.run()
