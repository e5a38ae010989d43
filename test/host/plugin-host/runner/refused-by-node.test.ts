import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { refusedByNode } from '../../../../host/plugin-host/runner/refused-by-node.js'
import { suite } from '../../../harness.js'
import { Lab, until } from '../support.js'

const test = suite('plugin-host/runner/refused-by-node', { timeout: 30_000 })

let lab: Lab
test.before(async () => {
  lab = await Lab.make([], {}, ['plugins'], {}, true)
  await lab.write('plugins/written', 'x')
  const code = `
    import { spawn } from 'node:child_process'
    import { readFileSync, writeFileSync } from 'node:fs'
    import { Worker } from 'node:worker_threads'
    const attempts = {
      reads: () => readFileSync('/etc/hosts'),
      writes: () => writeFileSync('/tmp/claimd-test', ''),
      starts: () => spawn('/bin/true'),
      threads: () => new Worker('/tmp/worker.js'),
      addon: () => process.dlopen({ exports: {} }, '/tmp/x.node'),
      later: () => { setTimeout(() => readFileSync('/etc/hosts')); return new Promise(() => {}) },
    }
    export function activate(context) {
      context.providers.register('main', { claimConnection: ({ adapter }) => attempts[adapter.name]() })
    }`
  await writeFile(join(lab.root, 'plugins/written/index.js'), code)
  await lab.host.start()
})
test.after(() => lab.end())

for (const [what, names] of [
  ['reads', /FileSystemRead.*read \/etc\/hosts; .*context\.read, with permissions\.read/],
  ['writes', /FileSystemWrite.*write \/tmp\/claimd-test; .*context\.storage\.folder/],
  ['starts', /ChildProcess.*start a program.*context\.exec, with permissions\.exec/],
  ['threads', /WorkerThreads.*start a thread/],
  ['addon', /Addon.*native addon.*context\.exec/],
] as const) {
  test(`a plugin that Node's permission model refuses something is told what, and the way (${what})`, async () => {
    const answer = await lab.ask('written', what)
    assert.is(answer.result, 'UNEXPECTED')
    assert.match((answer as { reason: string }).reason, names)
  })
}

test('the log says the same where the refusal ends the process', async () => {
  await lab.ask('written', 'later')
  await until(() => lab.log('written').some((line) => /context\.read, with permissions\.read/.test(line)))
})

test('other errors are left as they are, also such as cannot be looked at', () => {
  const hostile = {
    get code(): string {
      throw new Error('no')
    },
  }
  for (const thrown of [
    new Error('x'),
    Object.assign(new Error('x'), { code: 'EACCES' }),
    null,
    'x',
    hostile,
  ])
    assert.is(refusedByNode(thrown), '')
})

test.run()
