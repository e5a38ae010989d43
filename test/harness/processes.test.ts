import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { addFailing, folder, resultOf, startCase, startRunner } from './case.js'

const test = suite('processes')

addFailing(test, 'a file that waits for what cannot come', {
  source: `test('a', () => {}); test.run(); await new Promise(() => {})`,
  expected: /FAIL ended early\n.*with exit code 13, loading/,
  last: '0 passed, 1 failed, 0 skipped',
})

addFailing(test, 'an unhandled rejection', {
  source: `test('a', () => { Promise.reject(null); return new Promise((done) => setTimeout(done, 10)) })
    test.run()`,
  expected: /FAIL unhandledRejection during case › a\n.*null/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'an exception that nobody caught', {
  source: `test('a', () => void setTimeout(() => { throw new Error('late') }, 10)); test.run()`,
  expected: /FAIL uncaughtException\n.*Error: late/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a test that ends the process', {
  source: `test('a', () => process.reallyExit(0)); test('b', () => {}); test.run()`,
  expected: /FAIL ended early\n.*with exit code 0, in case › a/,
  last: '0 passed, 3 failed, 0 skipped',
})

addFailing(test, 'a process that is killed', {
  source: `test('a', () => process.kill(process.pid, 'SIGSEGV')); test.run()`,
  expected: /FAIL ended early\n.*by SIGSEGV/,
  last: '0 passed, 2 failed, 0 skipped',
})

addFailing(test, 'an exit code of its own, though all tests passed', {
  source: `test('a', () => { process.on('exit', () => { process.exitCode = 3 }) }); test.run()`,
  expected: /FAIL ended badly\n.*with exit code 3/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a file that stays alive after its tests', {
  source: `import net from 'node:net'
    test('a', () => void net.createServer().listen(0, '127.0.0.1')); test.run()`,
  expected: /FAIL still alive\n.*TCPServerWrap/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a file that writes to the channel of the runner', {
  source: `import { writeSync } from 'node:fs'
    test('a', () => void writeSync(3, 'garbage\\n')); test.run()`,
  expected: /FAIL wrote to descriptor 3\n.*garbage/,
  last: '1 passed, 1 failed, 0 skipped',
})

for (const detached of [false, true]) {
  test(`a process that a file leaves behind is ended, and the file fails (detached: ${detached})`, async () => {
    const result = await resultOf(
      startCase(`
        import { spawn } from 'node:child_process'
        test('a', () => spawn('sleep', ['1000'], { stdio: 'inherit', detached: ${detached} }).unref())
        test.run()`),
    )
    assert.is(result.last, '1 passed, 1 failed, 0 skipped')
    const [, pid = ''] = /FAIL left a process behind\n\s+(\d+) sleep 1000/.exec(result.output) ?? []
    await until(() => !isAlive(pid))
  })
}

test('an interrupted run ends the processes of its files and fails', async () => {
  const file = join(folder, 'pid')
  const run = startCase(`
    import { writeFileSync } from 'node:fs'
    test('a', () => { writeFileSync('${file}', process.pid + '.'); return new Promise(() => {}) }); test.run()`)
  const result = resultOf(run)
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('.'))
  run.kill('SIGINT')
  assert.match((await result).output, /FAIL cancelled/)
  assert.is((await result).code, 1)
  assert.not(isAlive(readFileSync(file, 'utf8').slice(0, -1)))
})

test('a pattern that matches no file fails', async () => {
  const result = await resultOf(startRunner(['no-such-file']))
  assert.match(result.output, /no test file matches no-such-file/)
  assert.is(result.last, '0 passed, 0 failed, 0 skipped')
  assert.is(result.code, 1)
})

function isAlive(pid: string): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(10)
}

test.run()
