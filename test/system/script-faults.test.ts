import { chownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { until } from './lab.js'
import { exec, isRunning, ScriptLab } from './script-lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/script-faults', { timeout: 60_000 })
let lab: ScriptLab

test.before.each(() => {
  lab = new ScriptLab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

test('a script that gives no answer is explained, and costs no other script its link', async () => {
  const marker = `${6_000 + Math.random()}`
  const scripts: Record<string, [text: string, said: RegExp]> = {
    deaf: [lab.noting('trap "" TERM; while :; do sleep 1; done'), /offer did not end within 1\.\d s/],
    dies: [lab.noting('kill -SEGV $$'), /offer was ended by SIGSEGV/],
    endless: [lab.noting('yes'), /offer (printed more than 256 KiB|did not end within 1\.\d s)/],
    fails: [lab.noting('nonsense'), /it ended with exit code 127: .*nonsense/],
    garbage: [lab.noting('echo yes'), /it printed "yes", expected a JSON object, or nothing/],
    hangs: [lab.noting(`sleep ${marker}`), /offer did not end within 1\.\d s/],
    mute: ['#!/bin/sh\n', /describe: it printed "", expected a JSON object/],
    nowhere: ['#!/nowhere\n', /its interpreter \/nowhere/],
  }
  const programs = Object.fromEntries(
    Object.entries(scripts).map(([name, [text]]) => [name, lab.script(name, text)]),
  )
  lab.configureScripts(programs)
  lab.link('lab0', '192.0.2.7/24')
  await lab.start({ bundled: true })
  await until(
    async () => (await lab.said('lab0')).startsWith('UNEXPECTED'),
    () => lab.said('lab0'),
  )
  const said = (await lab.said('lab0')).replace('UNEXPECTED ', '').split(/; (?=[a-z]+: )/)
  for (const [index, [name, [, reason]]] of Object.entries(scripts).entries()) {
    assert.match(said[index]!, new RegExp(`^${name}: `))
    assert.match(said[index]!, reason)
  }
  lab.configureScripts({ ...programs, zz: lab.script('zz', lab.noting('exit 0')) })
  await lab.settles('lab0', 'claimed', exec)
  assert.is((await lab.adapter('lab0')).connection, 'zz')
  await until(
    async () => !isRunning(marker, readdirSync('/proc')),
    () => 'the script that hangs is still there',
  )
})

test('a script that is missing, not executable, of somebody else, or open to others is not run', async () => {
  const good = lab.noting('exit 0')
  const programs = {
    foreign: lab.script('foreign', good),
    missing: join(lab.scripts, 'missing'),
    open: lab.script('open', good, 0o777),
    plain: lab.script('plain', good, 0o644),
  }
  chownSync(programs.foreign, 12345, 12345)
  lab.configureScripts(programs)
  lab.link('lab0', '192.0.2.7/24')
  await lab.start({ bundled: true })
  await until(
    async () => (await lab.said('lab0')).startsWith('UNEXPECTED'),
    () => lab.said('lab0'),
  )
  const said = await lab.said('lab0')
  const whys = {
    foreign: `has owner 12345, mode 0755; chown -h root ${programs.foreign}`,
    missing: 'it is not there; install it, or correct its path',
    open: `has owner 0, mode 0777; chmod go-w ${programs.open}`,
    plain: 'not executable',
  }
  for (const [name, why] of Object.entries(whys)) {
    const own = said.slice(said.indexOf(`${name}: `))
    assert.ok(own.includes(why), `${name}: ${said}`)
  }
  assert.equal(lab.notes(), [])
})

test('what a script leaves behind is ended when it has answered', async () => {
  const marker = `${6_000 + Math.random()}`
  const leaves = lab.noting(`sleep ${marker} >/dev/null 2>&1 & exit 0`)
  lab.configureScripts({ lab: lab.script('leaves', leaves) })
  lab.link('lab0', '192.0.2.7/24')
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed', exec)
  await until(
    async () => !isRunning(marker, readdirSync('/proc')),
    () => 'what it left behind is still there',
  )
})

test.run()
