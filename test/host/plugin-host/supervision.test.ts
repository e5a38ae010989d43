import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { logBudget } from '../../../host/plugin-host/logs/log-lines.js'
import { suite } from '../../harness.js'
import { Lab, lives, until } from './support.js'

const test = suite('plugin-host/supervision')
const short = { offerMs: 300, verifyMs: 300, acknowledgeMs: 700, activateMs: 5000, deactivateMs: 300 }
let lab: Lab

const start = async (...plugins: string[]) => {
  lab = await Lab.start(plugins, short)
}
test.after.each(() => lab.end())

const provider = (name: string) => lab.providers.find(({ plugin }) => plugin === name)!

test('a stuck loop is told from slow work, and killed; the others go on', async () => {
  await start('stuck', 'good')
  await lab.ask('good', 't0')
  const hanging = lab.question('stuck/main', 't1')
  lab.host.ask([hanging])
  await until(() => lab.noted('plugin-started', 'stuck'))
  const pid = Number(lab.noted('plugin-started', 'stuck')!.pid)
  assert.is((await lab.ask('good', 't1')).result, 'SUCCESS')
  await until(() => lab.noted('plugin-stuck', 'stuck'))
  assert.match(lab.noted('plugin-stuck', 'stuck')!.message, /a ping was not acknowledged within 0.7 s/)
  assert.is(lab.answersOf(hanging.id)[0]!.answer.result, 'UNEXPECTED')
  await until(async () => !(await lives(pid)))
  await until(() => lab.row('stuck').state === 'backing-off')
  assert.is(lab.row('stuck').restarts, 1)
  assert.is((await lab.ask('good', 't2')).result, 'SUCCESS')
})

test('a list that a stuck loop never acknowledges is answered when the plugin is killed', async () => {
  await start('stuck')
  const first = lab.question('stuck/main', 't1')
  lab.host.ask([first])
  await until(() => lab.log('stuck').length > 0)
  const second = lab.question('stuck/main', 't2')
  lab.host.ask([second])
  await until(() => lab.answersOf(second.id).length > 0)
  const { answer } = lab.answersOf(second.id)[0]!
  assert.match('reason' in answer ? answer.reason! : '', /^stuck: /)
})

test('a misspelt method, or a provider that is not registered, is an error of activation that says so', async () => {
  await start('misspelt', 'registers-nothing')
  const misspelt = await lab.ask('misspelt', 't1')
  assert.match(
    'reason' in misspelt ? misspelt.reason! : '',
    'found an object with the keys claimConection, verify, expected a provider with the method claimConnection',
  )
  const nothing = await lab.ask('registers-nothing', 't1')
  assert.match(
    'reason' in nothing ? nothing.reason! : '',
    'did not register what the manifest contributes: main',
  )
})

test('a plugin that never becomes active is tried again, and is no news until it works', async () => {
  await start('fails-to-activate')
  await lab.ask('fails-to-activate', 't1')
  await until(() => lab.row('fails-to-activate').restarts >= 2)
  assert.equal(lab.statuses('fails-to-activate').slice(0, 3), ['available', 'unavailable', 'unavailable'])
})

test('a plugin that spins in deactivate is not waited for until the deadline of slow work', async () => {
  lab = await Lab.start(['stays'], { ...short, deactivateMs: 60_000 })
  await lab.ask('stays', 't1')
  await lab.host.stop()
  assert.is(lab.row('stays').pid, null)
})

test('a crash tells first that the providers are unavailable, then answers', async () => {
  await start('crashes')
  await lab.ask('crashes', 't1')
  assert.equal(lab.told, ['providers', 'providers', 'answer'])
  assert.is(provider('crashes').status, 'unavailable')
  assert.match(provider('crashes').because, 'process ended by SIGKILL')
  assert.equal(lab.answers[0]!.answer, { result: 'UNEXPECTED', reason: 'process ended by SIGKILL' })
})

test('a plugin that failed is left alone for a while, and may then be asked again', async () => {
  await start('crashes')
  await lab.ask('crashes', 't1')
  const meanwhile = await lab.ask('crashes', 't2')
  assert.match('reason' in meanwhile ? meanwhile.reason! : '', 'process ended by SIGKILL')
  await until(() => provider('crashes').status === 'available')
  assert.is(lab.row('crashes').pid, null, 'started only when it is needed')
  await lab.ask('crashes', 't3')
  assert.is(lab.row('crashes').restarts, 2)
})

test('a plugin that ends at once, or fails to activate, says why', async () => {
  await start('exits', 'fails-to-activate')
  assert.equal(await lab.ask('exits', 't1'), { result: 'UNEXPECTED', reason: 'process ended with code 3' })
  assert.ok(lab.log('exits').includes('leaving at once'))
  assert.equal(await lab.ask('fails-to-activate', 't1'), {
    result: 'UNEXPECTED',
    reason: 'activation failed: Error: no device file (at index.js:2:9)',
  })
})

test('a plugin that does not come out of its activation is killed after the deadline', async () => {
  lab = await Lab.make([], { activateMs: 400 })
  await lab.write('plugins/slow', '')
  await writeFile(join(lab.root, 'plugins/slow/index.js'), 'export const activate = () => { for (;;); }')
  await lab.host.start()
  const answer = await lab.ask('written', 't1')
  assert.equal(answer, { result: 'UNEXPECTED', reason: 'activation failed: not done within 0.4 s' })
  await until(() => lab.row('written').pid === null)
})

test('a plugin that wants to run with the host does, and comes back', async () => {
  lab = await Lab.make([], short)
  await lab.write('plugins/eager', 'here', { activationEvents: ['onStartup'] })
  await lab.host.start()
  await until(() => lab.row('written').state === 'running')
  process.kill(lab.row('written').pid!, 'SIGKILL')
  await until(() => lab.row('written').state === 'backing-off')
  await until(() => lab.row('written').state === 'running')
  assert.is(lab.row('written').restarts, 1)
})

test('a disabled plugin is not run, and says so; enabling it brings it back', async () => {
  await start('good', 'declines')
  await lab.ask('good', 't1')
  const pid = lab.row('good').pid!
  const hanging = lab.question('good/main', 't2')
  lab.host.setDisabled(new Set(['good']))
  lab.host.ask([hanging])
  await until(() => lab.answersOf(hanging.id).length > 0)
  assert.equal(lab.answersOf(hanging.id)[0]!.answer, {
    result: 'UNEXPECTED',
    reason: 'disabled by plugins.disabled in the configuration file',
  })
  assert.is(provider('good').status, 'disabled')
  assert.is(provider('declines').status, 'available')
  await until(() => lab.row('good').state === 'disabled')
  assert.not.ok(await lives(pid))
  lab.host.setDisabled(new Set())
  assert.is((await lab.ask('good', 't3')).result, 'SUCCESS')
  assert.is(lab.row('good').restarts, 0)
})

test('where a plugin is disabled when the host starts, the core hears once of all providers', async () => {
  lab = await Lab.make(['good', 'declines'])
  lab.host.setDisabled(new Set(['good']))
  await lab.host.start()
  assert.is(lab.whys.length, 1)
  assert.equal(
    lab.providers.map(({ plugin, status }) => [plugin, status]),
    [
      ['declines', 'available'],
      ['good', 'disabled'],
    ],
  )
})

test('what is over the budget of the log is dropped and counted', async () => {
  lab = await Lab.start(['floods-log'])
  assert.equal(await lab.ask('floods-log', 't1'), { result: 'INVALID_CONNECTION', reason: 'said enough' })
  await until(() => lab.log('floods-log').length > 100)
  await lab.host.stop()
  const lines = lab.log('floods-log')
  assert.is(lines[0]!.length <= 2048 + 20, true)
  assert.match(lines[0]!, 'first \\u{1b}[31mred\\u{1b}[0m xxx')
  assert.ok(lines.slice(0, -1).join('').length <= logBudget.units)
  const [, dropped] = /^(\d+) lines were over/.exec(lines.at(-1)!)!
  assert.ok(Number(dropped) > 1000)
  assert.not(lab.notes.some(({ type }) => type.startsWith('plugin-log')))
})

test('stopping leaves no process, also when a plugin does not let go', async () => {
  await start('holds-on', 'good', 'stuck')
  await lab.ask('good', 't1')
  const answer = await lab.ask('holds-on', 't1')
  const child = Number('evidence' in answer && answer.evidence)
  lab.host.ask([lab.question('stuck/main', 't1')])
  await until(() => lab.noted('plugin-started', 'stuck'))
  const pids = ['holds-on', 'good', 'stuck'].map((name) => Number(lab.noted('plugin-started', name)!.pid))
  assert.ok(await lives(child))
  const last = lab.question('good/main', 't2')
  const stopped = lab.host.stop()
  lab.host.ask([last])
  await stopped
  for (const pid of [...pids, child]) assert.not.ok(await lives(pid), `${pid} lives`)
  assert.equal(lab.answersOf(last.id)[0]!.answer, { result: 'UNEXPECTED', reason: 'the host is stopping' })
})

test('a host that has stopped holds nothing back: its process can end', async () => {
  await start()
  const { code, stdout } = await runHostFor('stop')
  assert.is(code, 0)
  assert.match(stdout, 'stopped')
})

test('a host that is killed leaves no process of a plugin, not even a stuck one', async () => {
  await start()
  const { pids } = await runHostFor('killed')
  assert.is(pids.length, 2)
  for (const pid of pids) await until(async () => !(await lives(pid)))
})

/** Runs a host in a process of its own, which prints the pids of its plugins. */
async function runHostFor(what: 'stop' | 'killed') {
  const script = fileURLToPath(new URL('host-process.js', import.meta.url))
  const child = spawn(process.execPath, [script, what], { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
    if (what === 'killed' && stdout.includes('\n')) child.kill('SIGKILL')
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const pids = /pids (.*)\n/.exec(stdout)?.[1]?.split(' ').map(Number) ?? []
  return { code, stdout, pids }
}

test.run()
