import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { until } from '../lab.js'
import { asks } from './asks.js'
import { AttackLab, whos } from './attack-lab.js'
import { type Attempts, attack, cueOf, dropAttacker, type Outcomes } from './attacking-plugin.js'
import { factsOf } from './targets.js'

/** Each is refused by the host, whoever it runs as, and with what. */
const refused: Record<string, { attempt: Attempts[string]; as: RegExp }> = {
  'has the host read /etc/shadow': {
    attempt: (_, { context }) => context.read.file('/etc/shadow'),
    as: /^NOT_ALLOWED$/,
  },
  'has the host list the data of another plugin': {
    attempt: ({ other }, { context }) => context.read.list(`${other.data}/*`),
    as: /^NOT_ALLOWED$/,
  },
  'has the host start a program': {
    attempt: (_, { context }) => context.exec.run('/usr/bin/id', []),
    as: /^NOT_ALLOWED$/,
  },
  'has the host call systemd': {
    attempt: (_, { context }) =>
      context.dbus.call({
        name: 'org.freedesktop.systemd1',
        path: '/org/freedesktop/systemd1',
        interface: 'org.freedesktop.systemd1.Manager',
        member: 'Reboot',
      }),
    // Where the host has no such service, nobody can be granted anything of it.
    as: /^NOT_ALLOWED$/,
  },
  'has the host make a link': {
    attempt: (_, { context }) => context.links.create({ kind: 'dummy', name: 'evil0' }),
    as: /^NOT_ALLOWED$/,
  },
  'sets the MTU of an adapter that it does not hold, with every likely fence': {
    attempt: async ({ foreign }, { context }) => {
      let last: unknown = null
      for (let fence = 0; fence < 40; fence++) {
        await context.links.setMtu(foreign, fence, 1400).then(
          () => {
            last = null
            fence = 40
          },
          (error) => {
            last = error
          },
        )
      }
      if (last) throw last
    },
    as: /^NOT_ALLOWED$/,
  },
  'sets its adapter down without the permission to': {
    attempt: (_, { context, mine }) => context.links.down(mine['lab-mine']!.id, mine['lab-mine']!.fence),
    as: /^NOT_ALLOWED$/,
  },
  'leads all traffic through its adapter without the permission to': {
    attempt: (_, { context, mine }) =>
      context.links.addRoute(mine['lab-mine']!.id, mine['lab-mine']!.fence, {
        destination: 'default',
        gateway: '10.0.0.9',
      }),
    as: /^NOT_ALLOWED$/,
  },
  'acts on its adapter with an old fence': {
    attempt: (_, { context, mine }) =>
      context.links.setMtu(mine['lab-mine']!.id, mine['lab-mine']!.fence - 1, 1400),
    as: /^NOT_ALLOWED$/,
  },
  'registers the provider of another plugin': {
    attempt: (_, { context }) => {
      context.providers.register('bystander/p', { claimConnection: () => ({ result: 'NOT_SUPPORTED' }) })
    },
    as: /./,
  },
}

for (const who of whos) {
  const test = suite(`system/attacks, rights, the daemon being ${who.name}`, { timeout: 60_000 })
  let lab: AttackLab | undefined
  let outcomes: Outcomes

  test.before(
    async () => {
      lab = await AttackLab.start(
        who,
        (made) => {
          const attempts: Record<string, Attempts[string]> = Object.fromEntries(
            Object.entries(refused).map(([name, { attempt }]) => [name, attempt]),
          )
          attempts['acts on its adapter with its fence'] = (_, { context, mine }) =>
            context.links.setMtu(mine['lab-mine']!.id, mine['lab-mine']!.fence, 1400)
          attempts['reports the claim of another as lost'] = (_, { context }) => {
            for (let fence = 0; fence < 40; fence++) {
              context.connections.report('by-0', fence, 'lost', 'forged')
            }
          }
          dropAttacker(made, 'attacker', attempts, { 'lab-mine': 'mine' }, { links: { change: ['mtu'] } })
          dropAttacker(made, 'victim', {}, { 'lab-victim': 'victim' })
        },
        {
          links: [cueOf('attacker'), cueOf('victim'), 'lab-mine', 'lab-stolen', 'lab-victim', 'lab-more'],
        },
      )
      await lab.trust('attacker')
      await lab.settles('lab-mine', 'claimed', 'attacker/p')
      await lab.settles('lab-victim', 'claimed', 'victim/p')
      outcomes = await attack(lab, 'attacker', await factsOf(lab))
    },
    { timeout: 60_000 },
  )
  test.after.each(() => lab?.unharmed())
  test.after(() => lab?.close())

  for (const [name, { as }] of Object.entries(refused)) {
    test(`a plugin that ${name}: refused by the host`, () =>
      assert.match(outcomes[name]!, as, outcomes[name]))
  }

  test('what it was granted, acting on its own adapter with its fence, it can', () => {
    assert.is(outcomes['acts on its adapter with its fence'], 'open')
  })

  test('what was refused is recorded, and shown with the plugin', async () => {
    const told = (await lab!.events(0, 'permission-refused')).map(({ message }) => String(message)).join('\n')
    for (const what of ['/etc/shadow', '/usr/bin/id', 'evil0']) assert.match(told, what)
    const acted = (await lab!.events(0, 'action-refused')).map(({ message }) => String(message)).join('\n')
    assert.match(acted, /attacker.*by-0: bystander\/p holds/)
    assert.match(acted, 'lab-mine')
    const { refusals } = await lab!.document('attacker')
    assert.match(JSON.stringify(refusals), '/etc/shadow')
  })

  test('a plugin that reports the claim of another as lost: refused by the host, and recorded', async () => {
    const told = await until(
      async () => {
        const found = await lab!.events(0, 'report-refused')
        return found.length > 0 && found
      },
      () => 'nothing is recorded',
    )
    assert.match(JSON.stringify(told), 'by-0')
    assert.is((await lab!.adapter('by-0')).state, 'claimed')
  })

  test('a plugin that claims by a name that another holds: refused by the host', async () => {
    asks(lab!, 'steals', { link: 'lab-stolen', claims: 'by-0' }, () => '')
    const answer = await until(
      async () => {
        const { rounds } = await lab!.explain('lab-stolen')
        const answers = rounds.flatMap((round) => round.answers)
        return answers.find(({ plugin, result }) => plugin === 'steals' && result !== null) ?? null
      },
      async () => JSON.stringify(await lab!.explain('lab-stolen')),
    )
    assert.is(answer.result, 'CONNECTION_ALREADY_EXISTS')
    assert.is((await lab!.adapter('lab-stolen')).provider, null)
  })

  test('a plugin whose manifest asks for /etc/shadow: rejected before it runs, nobody can grant that', async () => {
    asks(lab!, 'asks-shadow', { permissions: { read: ['/etc/shadow'] }, link: 'lab-stolen' }, () => '')
    const row = await lab!.becomes('asks-shadow', 'rejected')
    assert.match(row.because, 'which no plugin reads')
    assert.is(row.pid, null)
  })

  test('a plugin that asks for more permissions in a reload: the version does not start, the good one stays', async () => {
    const name = 'wants-more'
    asks(lab!, name, { link: 'lab-more', claims: 'more' }, () => '')
    const before = await lab!.settles('lab-more', 'claimed', `${name}/p`)
    const { pid } = await lab!.plugin(name)
    const wanted = { read: ['/etc/hostname'], network: true }
    const ran = join(lab!.state, 'data', name, 'ran')
    lab!.remove(name)
    asks(
      lab!,
      name,
      { version: '2.0.0', permissions: wanted, link: 'lab-more' },
      () => '',
      `fs.writeFileSync(${JSON.stringify(ran)}, '')`,
    )
    const document = await until(
      async () => {
        const now = await lab!.document(name)
        return now.permissions?.missing.length > 0 && now
      },
      async () => JSON.stringify(await lab!.document(name)),
    )
    assert.match(document.permissions.missing.join('\n'), 'read /etc/hostname')
    assert.match(document.permissions.missing.join('\n'), 'network')
    assert.equal([document.active?.version, document.pid, document.state], ['1.0.0', pid, 'running'])
    await lab!.unharmed()
    assert.not.ok(existsSync(ran), 'it ran')
    const after = await lab!.adapter('lab-more')
    assert.equal([after.state, after.provider, after.connection], ['claimed', before.provider, 'more'])
  })

  test.run()
}
