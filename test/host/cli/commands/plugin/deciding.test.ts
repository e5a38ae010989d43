import * as assert from 'uvu/assert'
import { claimdError } from '../../../../../host/core/errors.js'
import { suite } from '../../../../harness.js'
import * as documents from '../../documents.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/commands/plugin/deciding')
const name = '@acme/claimd-lab'
/** Of the version that lies in its folder, beside the one that runs. */
const build = 'c2'.repeat(32)

test('each decision names the plugin, and prints what comes of it', async () => {
  for (const [line, asked] of [
    [`plugin untrust ${name}`, ['untrustPlugin', name]],
    [`plugin enable ${name}`, ['enablePlugin', name]],
    [`plugin disable ${name}`, ['disablePlugin', name, undefined, {}]],
    [`plugin disable ${name} --undo`, ['disablePlugin', name, undefined, { undo: true }]],
    [`plugin reload ${name}`, ['reloadPlugin', name]],
  ] as const) {
    const world = await claimd(line)
    assert.equal(world.asked, [asked])
    assert.is(world.code, 0)
    assert.match(world.out, /^@acme\/claimd-lab (is|was) .*\n$/)
    const json = JSON.parse((await claimd(`${line} --json`)).out)
    assert.equal(Object.keys(json), ['result', 'plugin', 'message'])
  }
  const reasoned = await claimd(['plugin', 'disable', name, '--reason', 'it floods'])
  assert.equal(reasoned.asked, [['disablePlugin', name, 'it floods', {}]])
  assert.is((await claimd(['plugin', 'disable', name, '--reason', ' '])).code, 2)
})

test('trust shows what is asked for, asks, and grants the build that was shown', async () => {
  for (const answer of ['y', 'YES', ' yes ']) {
    const world = await claimd(`plugin trust ${name}`, { answer })
    assert.equal(world.asked, [
      ['plugin', name],
      ['trustPlugin', name, build],
    ])
    assert.is(world.out, '@acme/claimd-lab is trusted\n')
    assert.equal(world.questions, [
      `\
@acme/claimd-lab 1.3.0 (build c2c2c2c2c2c2) in /srv/plugins/lab
may already:
  - read /proc/net/route
and asks to:
  - start /sbin/udhcpc with -i {adapter}
Grant this? [y/N] `,
    ])
  }
})

test('whatever else is answered grants nothing', async () => {
  for (const answer of ['', 'n', 'yep', 'y n']) {
    const world = await claimd(`plugin trust ${name}`, { answer })
    assert.equal(world.asked, [['plugin', name]])
    assert.is(world.code, 7, answer)
    assert.match(world.err, 'nothing was granted')
  }
})

test('where nobody can be asked it takes --yes', async () => {
  const refused = await claimd(`plugin trust ${name} --json`)
  assert.is(refused.code, 7)
  const { code, message, remedy } = JSON.parse(refused.out)
  assert.is(code, 'NOT_CONFIRMED')
  assert.match(message, 'start /sbin/udhcpc with -i {adapter}')
  assert.match(remedy, `claimd plugin trust ${name} --yes`)
  const world = await claimd(`plugin trust ${name} --yes`)
  assert.equal(world.questions, [])
  assert.match(world.out, /- start \/sbin\/udhcpc with -i \{adapter\}\n@acme\/claimd-lab is trusted\n$/)
  assert.is(JSON.parse((await claimd(`plugin trust ${name} --yes --json`)).out).plugin, name)
})

test('who asks for nothing is not asked about', async () => {
  const permissions = { ...documents.plugin.permissions, missing: [] }
  const client = { plugin: async () => ({ ...documents.plugin, permissions }) }
  const world = await claimd(`plugin trust ${name}`, { client })
  assert.equal(world.questions, [])
  assert.is(world.code, 0)
})

test('a refusal of the daemon has its exit code', async () => {
  for (const [code, exit] of [
    ['PLUGIN_NOT_FOUND', 10],
    ['PLUGIN_CHANGED', 12],
    ['PLUGIN_REJECTED', 13],
    ['PLUGIN_DISABLED_BY_FILE', 13],
    ['NOT_PERMITTED', 7],
    ['STORE_DEGRADED', 13],
  ] as const) {
    const enablePlugin = () => Promise.reject(claimdError(code, { message: 'no' }))
    assert.is((await claimd(`plugin enable ${name}`, { client: { enablePlugin } })).code, exit)
  }
})

test.run()
