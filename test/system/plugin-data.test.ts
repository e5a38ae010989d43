import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PluginDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/plugin data', { timeout: 60_000 })
const name = '@acme/claimd-lab'
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

/** A plugin that says as evidence which secret it found, and then stores its author's. */
function writePlugin(author: string): string {
  const folder = join(lab.folder, author)
  mkdirSync(folder, { recursive: true })
  const manifest = {
    ...{ name, version: '1.0.0', type: 'module', main: './index.js', engines: { claimd: '^1.0.0' } },
    contributes: { providers: [{ id: 'lab', band: 'exact', match: [{ name: 'lab*' }] }] },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(folder, 'index.js'),
    `export function activate(context) {
  const answer = async ({ connection }) => {
    const found = await context.secrets.get('password')
    await context.secrets.set('password', '${author}')
    return { result: 'SUCCESS', connection, volatile: true, evidence: '${author} found ' + (found ?? 'nothing') }
  }
  context.providers.register('lab', { claimConnection: answer, verify: answer })
}
`,
  )
  return folder
}

const install = async (author: string) => {
  const { code, stderr } = await lab.run('plugin', 'install', writePlugin(author), '--state', lab.state)
  assert.is(code, 0, stderr)
}
const remove = async (...options: string[]) => {
  const { code, stderr, stdout } = await lab.run('plugin', 'remove', name, '--state', lab.state, ...options)
  assert.is(code, 0, stderr)
  return stdout.replaceAll('\n', ' ')
}
/** What the plugin of this author found when it was first asked. */
const found = async (author: string) => {
  const [event] = await until(
    async () => {
      const events = [...(await lab.events(0, 'claimed')), ...(await lab.events(0, 'verified'))]
      const own = events.filter(({ evidence }) => String(evidence).startsWith(`${author} found`))
      return own.length > 0 ? own : null
    },
    async () => `${author} was not asked: ${JSON.stringify(await lab.explain('lab0'))}`,
  )
  return String(event?.evidence).replace(`${author} found `, '')
}
const isGone = () =>
  until(
    async () => (await lab.http('GET', `/v1/plugins/${encodeURIComponent(name)}`)).status === 404,
    () => 'it is still there',
  )

test('another plugin of the same name reads nothing of what a removed one stored', async () => {
  const args = lab.simulation({ links: [{ name: 'lab0' }] })
  const daemon = lab.simulate(args)
  await daemon.answers()
  await install('first')
  assert.is(await found('first'), 'nothing')
  const data = join(lab.state, 'data', name.replace('/', '+'))
  assert.ok(existsSync(data))
  assert.match(await remove(), `what ${name} stored is removed`)
  await isGone()
  assert.not.ok(existsSync(data))
  await install('second')
  assert.is(await found('second'), 'nothing')

  // Without a daemon as well.
  await daemon.kill('SIGKILL')
  assert.match(await remove(), 'what it stored is removed')
  await install('third')
  const next = lab.simulate(args)
  await next.answers()
  assert.is(await found('third'), 'nothing')

  // What is kept, another build gets only from the operator.
  await remove('--keep-data')
  await isGone()
  await install('fourth')
  const shown = await until(
    async () => {
      const plugin = (await lab.get(`plugins/${encodeURIComponent(name)}`)) as PluginDocument
      return plugin.state === 'untrusted' ? plugin : null
    },
    () => 'it is not held back',
  )
  assert.match(
    shown.permissions.missing.join(),
    /read what the removed build [0-9a-f]{12} of this name stored|plugin of this name stored/,
  )
  assert.is((await lab.run('plugin', 'trust', name, '--yes')).code, 0)
  assert.is(await found('fourth'), 'third')
})

test.run()
