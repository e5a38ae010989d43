import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/untouched', { timeout: 60_000 })
let lab: Lab
let monitor: ChildProcess | undefined

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(async () => {
  monitor?.kill('SIGKILL')
  monitor = undefined
  await lab.close()
})

/** Everything that the kernel says of a link and of what depends on it; without counters and ages. */
function everything(name: string): string {
  const inside = (...command: string[]) =>
    execFileSync('ip', ['netns', 'exec', lab.namespace, ...command], { encoding: 'utf8', stdio: 'pipe' })
  return [
    lab.ip(`-d -o link show dev ${name}`),
    lab.ip(`-d -o addr show dev ${name}`).replace(/valid_lft.*|preferred_lft.*/g, ''),
    lab.ip(`-d route show table all dev ${name}`),
    lab.ip(`-6 -d route show table all dev ${name}`),
    lab.ip('rule show'),
    lab.ip('-6 rule show'),
    lab.ip(`maddress show dev ${name}`),
    inside('sysctl', '-a', '--pattern', `\\.(conf|neigh)\\.${name}\\.`),
  ].join('\n')
}

/** Listens to whatever happens to links, addresses, routes and rules in the lab's namespace. */
async function listen(): Promise<string[]> {
  const lines: string[] = []
  monitor = spawn('ip', ['-n', lab.namespace, '-o', 'monitor', 'link', 'address', 'route', 'rule'])
  createInterface({ input: monitor.stdout! }).on('line', (line) => lines.push(line))
  await heardMark(lines, 'begin')
  lines.length = 0
  return lines
}

/** Changes something else, until that is heard: everything before it was heard as well. */
async function heardMark(lines: string[], name: string): Promise<void> {
  await until(
    async () => {
      try {
        lab.ip(`link add ${name} type ifb`)
      } catch {
        lab.ip(`link set ${name} mtu ${1000 + (Date.now() % 500)}`)
      }
      return lines.some((line) => line.includes(` ${name}: `))
    },
    () => `the mark is not heard: ${lines}`,
  )
}

test('SC-21: nothing is changed on a claimed link, through refusals, crash, restart, kill and release', async () => {
  const path = lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  lab.batch('addr add 2001:db8::1/64 dev lab0 nodad\nroute add 10.77.0.0/16 via 10.9.0.2 dev lab0')
  const before = everything('lab0')
  assert.match(before, '10.77.0.0/16')
  const heard = await listen()
  const untouched = (when: string) => assert.is(everything('lab0'), before, when)

  const first = await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed', 'a/p')
  untouched('after the claim')
  await lab.assertRefused('office', 'lab0')
  untouched('after attempts to disconnect it')
  process.kill(lab.pid('a'), 'SIGKILL')
  await lab.settles('lab0', 'orphaned')
  untouched('while its provider is dead')
  await lab.settles('lab0', 'claimed')
  await first.kill('SIGTERM')
  untouched('after the end of claimd')
  const second = await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed')
  await second.kill('SIGKILL')
  untouched('after it was killed')
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed')
  assert.is((await lab.run('release', 'lab0', '--reason', 'maintenance')).code, 0)
  untouched('after its release')
  const offer = await lab.run('offer', 'lab0')
  assert.is(offer.code, 0, offer.stdout + offer.stderr)
  await lab.settles('lab0', 'claimed', 'a/p')
  rmSync(path, { recursive: true })
  await lab.settles('lab0', 'claimed', '@claimd/as-found/as-found')
  untouched('after its plugin was removed and the safety net took over')
  await heardMark(heard, 'end')
  assert.equal(
    heard.filter((line) => !/ (begin|end)\b/.test(line)),
    [],
    'the kernel told of changes',
  )
})

test('SC-22: addresses that are changed from outside show within 2 s, and the claim is verified', async () => {
  lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  const { id } = await lab.settles('lab0', 'claimed')
  const shows = (addresses: string[]) =>
    until(
      async () => {
        const { json } = await lab.http('GET', '/v1/adapters')
        const row = json.adapters.find((one: { id: string }) => one.id === id)
        return JSON.stringify(row.addresses) === JSON.stringify(addresses) && row.state === 'claimed'
      },
      () => `${addresses} do not show`,
      2_000,
    )
  lab.ip('addr add 10.9.1.1/24 dev lab0')
  await shows(['10.9.0.1/24', '10.9.1.1/24'])
  lab.ip('addr add 2001:db8::1/64 dev lab0 nodad')
  await shows(['10.9.0.1/24', '10.9.1.1/24', '2001:db8::1/64'])
  lab.ip('addr del 10.9.0.1/24 dev lab0')
  await shows(['10.9.1.1/24', '2001:db8::1/64'])
  await until(
    async () => lab.calls('a').includes('verify'),
    () => `not verified: ${lab.calls('a')}`,
  )
})

test.run()
