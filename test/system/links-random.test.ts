import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Link } from '../../host/core/adapters/link.js'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

// Storms that nobody thought of. A failure prints its seed, and shrinks.
const test = suite('system/links-random', { timeout: 110_000 })

let home: Namespace
let away: Namespace
let watch: Watch | undefined

test.before.each(() => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  home = new Namespace()
  away = new Namespace()
})
test.after.each(() => {
  watch?.kill()
  watch = undefined
  home?.remove()
  away?.remove()
})

const name = fc.constantFrom('na', 'nb', 'nc', 'nd', 'ne', 'nf')
const address = fc.constantFrom(
  '10.0.0.1/24',
  '10.0.0.2/24',
  '10.1.0.1/16',
  '2001:db8::1/64',
  '2001:db8::2/64',
  'fd00::1/128',
)
const what = fc.oneof(
  fc.constantFrom('type ifb', 'type bridge', 'type vxlan id 5 dstport 4789'),
  name.map((peer) => `type veth peer name ${peer}`),
)

/** One `ip` command; many are refused, since what they are about is not there. */
const command = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(name, what).map(([one, how]) => `link add ${one} ${how}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(name, fc.integer({ min: 50, max: 54 }), what)
      .map(([one, index, how]) => `link add ${one} index ${index} ${how}`),
  },
  fc.tuple(name, name).map(([one, lower]) => `link add ${one} link ${lower} type macvlan`),
  fc.tuple(name, fc.constantFrom('add', 'delete')).map(([one, act]) => `tuntap ${act} dev ${one} mode tap`),
  { weight: 2, arbitrary: name.map((one) => `link delete ${one}`) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(name, fc.constantFrom('up', 'up', 'down'))
      .map(([one, way]) => `link set ${one} ${way}`),
  },
  { weight: 3, arbitrary: fc.tuple(name, name).map(([one, other]) => `link set ${one} name ${other}`) },
  { weight: 2, arbitrary: fc.tuple(name, name).map(([one, other]) => `link set ${one} master ${other}`) },
  name.map((one) => `link set ${one} nomaster`),
  fc.tuple(name, fc.constantFrom(1000, 1300, 1500)).map(([one, mtu]) => `link set ${one} mtu ${mtu}`),
  fc.tuple(name, fc.nat(9)).map(([one, n]) => `link set ${one} address 02:00:00:00:00:0${n}`),
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('add', 'del'), name, fc.constantFrom('alt1', 'alt2', 'na'))
      .map(([act, one, other]) => `link property ${act} dev ${one} altname ${other}`),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('add', 'del'), address, name)
      .map(([act, text, one]) => `addr ${act} ${text} dev ${one}`),
  },
)
const storm = fc.array(
  fc.record({
    commands: fc.array(command, { minLength: 1, maxLength: 25 }),
    leaves: fc.option(name, { freq: 2, nil: null }),
    returns: fc.option(name, { freq: 2, nil: null }),
    blocked: fc.boolean(),
  }),
  { minLength: 3, maxLength: 8 },
)
type Storm = typeof storm extends fc.Arbitrary<infer Value> ? Value : never

function play({ commands, leaves, returns }: Storm[number]): void {
  const move = leaves ? [`link set ${leaves} netns ${away.name}`] : []
  home.tryIp([...commands, ...move].join('\n'))
  if (returns) away.tryIp(`link set ${returns} netns ${home.name}`)
}

/**
 * Without what the kernel tells only with its next message: new alternative names of a link that is down, and
 * that what a macvlan lies on went to another namespace or came back.
 */
function known(link: Link): object {
  return {
    ...link,
    alternativeNames: link.up ? link.alternativeNames : null,
    peer: link.kind === 'macvlan' ? null : link.peer,
  }
}

async function survives(watching: Watch, parts: Storm): Promise<void> {
  home.clear()
  away.clear()
  for (const part of parts) {
    if (part.blocked) await watching.whileBlocked(() => play(part))
    else play(part)
  }
  await watching.comesToRest(known)
  // A length of the queue is announced of every link, up or down; then everything must be known.
  const links: { ifname: string }[] = JSON.parse(home.exec('ip', '-j', 'link'))
  home.ip(links.map(({ ifname }, i) => `link set ${ifname} txqueuelen ${500 + i}`).join('\n'))
  await watching.comesToRest()
  assert.is((await watching.ask('status', 'status')).malformed, 0)
}

test('after any storm what was told equals a fresh dump', async () => {
  watch = await Watch.start(home)
  const watching = watch
  await fc.assert(
    fc.asyncProperty(storm, (parts) => survives(watching, parts)),
    { numRuns: 20, endOnFailure: true },
  )
  assert.is((await watching.ask('status', 'status')).resyncs, 0)
})

test('SC-38: … also when most of it is lost', async () => {
  watch = await Watch.start(home, 4096)
  const watching = watch
  await fc.assert(
    fc.asyncProperty(storm, (parts) => survives(watching, parts)),
    { numRuns: 20, endOnFailure: true },
  )
  assert.ok((await watching.ask('status', 'status')).resyncs > 10)
})

test.run()
