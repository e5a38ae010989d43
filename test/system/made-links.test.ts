import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/made-links', { timeout: 90_000 })
let lab: Lab

test.before(() => {
  lab = new Lab().withNamespace()
})
test.after(() => lab.close())

/** Its connect makes a bridge, and blocks before it adopts it, or after, as it is configured; and it says what came of its calls. */
const makes = `
    resources: () => ({ result: 'SUCCESS', adapters: null }),
    async connect({ connection, config, adapter, fence, signal }) {
      const { links } = context
      const blocked = () => new Promise((done) => signal.addEventListener('abort', done))
      const { kind = 'bridge', name, blocks } = config
      await links.create({ kind, name, fence })
      note('made ' + fence)
      if (blocks === 'before') await blocked()
      const made = await links.adopt(name, fence)
      await links.up(made.id, fence)
      await links.addAddress(made.id, fence, config.address)
      note('adopted ' + made.name)
      if (blocks === 'after') await blocked()
      return { result: 'SUCCESS', evidence: 'made ' + name }
    },
    disconnect({ adapter, fence }) {
      note('disconnect ' + (adapter === null ? 'without' : adapter.name))
      return { result: 'SUCCESS' }
    }`

const everything = () => ['-o addr', 'route show table all', '-o link'].map((list) => lab.ip(list)).join('\n')
const links = () => lab.ip('-br link')
const notes = () => lab.calls('makes').filter((call) => !call.startsWith('start'))
const comes = (what: string) =>
  until(
    async () => notes().some((note) => note.startsWith(what)),
    async () => `no ${what}: ${notes()} ${JSON.stringify((await lab.get('connections')).connections)}`,
  )

test('CM-24: a link that a provider makes in its connect is its adapter, is offered to nobody, and goes with its connection, after a kill too', async () => {
  lab.drop('makes', makes, {
    connectionTypes: ['made'],
    match: [],
    permissions: { links: { create: ['made*'], change: ['up', 'address'] } },
  })
  const made = (config: object) => ({ type: 'made', config: { address: '10.9.0.1/24', ...config } })
  lab.configure({
    connections: {
      plain: made({ name: 'made0' }),
      before: made({ name: 'made1', blocks: 'before' }),
      after: made({ name: 'made2', blocks: 'after' }),
    },
  })
  await lab.start({ bundled: true })
  await lab.trust('makes')
  const untouched = everything()

  const connect = await lab.run('connect', 'plain')
  assert.is(connect.code, 0, connect.stdout + connect.stderr)
  const { state, connection } = await lab.adapter('made0')
  assert.equal([state, connection], ['managed', 'plain'])
  assert.match(lab.ip('-4 addr show dev made0'), '10.9.0.1/24')
  assert.equal((await lab.explain('made0')).rounds, [], 'it was offered to nobody')
  const disconnect = await lab.run('disconnect', 'plain')
  assert.is(disconnect.code, 0, disconnect.stderr)
  assert.is(everything(), untouched)
  assert.is(notes().at(-1), 'disconnect made0')

  for (const [name, word, link] of [
    ['before', 'made', 'made1'],
    ['after', 'adopted', 'made2'],
  ] as const) {
    const count = notes().length
    await lab.http('POST', `/v1/connections/${name}/connect`, { mode: 'once' })
    await until(
      async () =>
        notes()
          .slice(count)
          .some((note) => note.startsWith(word)),
      () => `${name}: ${notes()}`,
    )
    assert.match(links(), link)
    await lab.daemons.at(-1)!.kill('SIGKILL')
    assert.match(links(), link, 'a kill leaves it')
    await lab.start({ bundled: true })
    // The next attempt may make it anew: by then it has been taken back.
    await comes(`disconnect ${word === 'made' ? 'without' : link}`)
    await lab.run('disconnect', name)
    await until(
      async () => !links().includes(link),
      () => links(),
    )
    assert.is(everything(), untouched)
  }
})

test.run()
