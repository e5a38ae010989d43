import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { lackingOn, type Machine, provide } from './debian.js'

const test = suite('setup/debian')

const folder = mkdtempSync(join(tmpdir(), 'claimd-setup-'))
const calls = join(folder, 'calls')
const packages = [
  { name: 'iproute2', commands: ['ip'], why: 'links' },
  { name: 'procps', commands: ['ps', 'kill'], why: 'processes' },
]
let machine: Machine
let said: string[]

test.before.each(() => {
  const bin = mkdtempSync(join(folder, 'bin-'))
  machine = { path: bin, isRoot: true, hasSystemd: false, policyFile: join(bin, 'policy-rc.d') }
  said = []
  rmSync(calls, { force: true })
})
test.after(() => rmSync(folder, { recursive: true }))

function command(name: string, script = ''): void {
  writeFileSync(join(machine.path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** An apt-get that notes what it was asked for, in which surroundings. */
function fakeApt(exit = 0): void {
  command(
    'apt-get',
    `echo "$@ $DEBIAN_FRONTEND" >>${calls}; /bin/cat ${machine.policyFile} >>${calls}; exit ${exit}`,
  )
}

const say = (line: string) => void said.push(line)

test('nothing is called and nothing said where nothing is lacking', () => {
  for (const name of ['ip', 'ps', 'kill']) command(name)
  fakeApt()
  provide(machine, packages, say)
  assert.equal(said, [])
  assert.not(existsSync(calls))
})

test('a package lacks when one of its commands does', () => {
  for (const name of ['ip', 'ps']) command(name)
  assert.equal(lackingOn(machine, packages), [packages[1]])
})

test('root installs what is lacking, and no daemon may start meanwhile', () => {
  command('ip')
  fakeApt()
  provide(machine, packages, say)
  const policy = '#!/bin/sh\nexit 101\n'
  assert.is(
    readFileSync(calls, 'utf8'),
    `-q update noninteractive\n${policy}-q install -y --no-install-recommends procps noninteractive\n${policy}`,
  )
  assert.equal(said, ['procps is lacking: processes', 'Installed procps.'])
  assert.not(existsSync(machine.policyFile))
})

test('a policy that was there is there again, with its mode', () => {
  writeFileSync(machine.policyFile, 'mine')
  chmodSync(machine.policyFile, 0o750)
  fakeApt()
  provide(machine, packages, say)
  assert.is(readFileSync(machine.policyFile, 'utf8'), 'mine')
  assert.is(statSync(machine.policyFile).mode & 0o777, 0o750)
})

test('a failing apt-get is said, and the policy is gone again', () => {
  fakeApt(100)
  provide(machine, packages, say)
  assert.match(said.at(-1) ?? '', /apt-get failed/)
  assert.not(existsSync(machine.policyFile))
  assert.not(readFileSync(calls, 'utf8').includes('install'))
})

for (const [who, difference] of [
  ['an ordinary user', { isRoot: false }],
  ['a machine that systemd runs', { hasSystemd: true }],
] as const) {
  test(`${who} is only told what to install`, () => {
    Object.assign(machine, difference)
    fakeApt()
    provide(machine, packages, say)
    assert.match(said.at(-1) ?? '', /apt-get install iproute2 procps$/)
    assert.not(existsSync(calls))
  })
}

test('a system without apt is told what is lacking', () => {
  provide(machine, packages, say)
  assert.is(said.length, 3)
})

test.run()
