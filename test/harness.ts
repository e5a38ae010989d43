/**
 * The harness of the tests: uvu's suites, with what uvu lets pass made to fail (a hook that throws, a thrown
 * value that is no Error, a test that never ends, a suite that nobody ran, a forgotten `.only`).
 *
 * Files that use it are started by the runner: `node dist/test/run.js [pattern]`.
 */
import * as uvu from 'uvu'
import type { Body, Limit } from './harness/limit.js'
import { type Registration, registrations } from './harness/registry.js'
import { SuiteRun } from './harness/suite-run.js'

export { skip } from './harness/skip.js'

if (!('UVU_DEFER' in globalThis)) {
  throw new Error('A test file does not run by itself. Use: node dist/test/run.js PATTERN')
}

type DeclareHook = (body: Body, limit?: Limit) => void

export interface Suite {
  (title: string, body: Body, limit?: Limit): void
  /** For the work at hand: fails the whole run unless CLAIMD_TEST_ONLY is set. */
  only(title: string, body: Body, limit?: Limit): void
  before: DeclareHook & { each: DeclareHook }
  after: DeclareHook & { each: DeclareHook }
  /** Puts the suite into the queue. A suite that was never put there fails its file. */
  run(): void
}

/**
 * Makes a suite; reports call its tests `name › title`.
 * @param usual the limit of its tests and hooks that give none; default 10 s
 */
export function suite(name: string, usual?: Limit): Suite {
  const inner = uvu.suite(name)
  const suiteRun = new SuiteRun(name)
  const registration: Registration = { name, titles: [], only: [], runs: 0 }
  registrations.push(registration)

  const declare = (title: string, body: Body, limit = usual) => {
    const full = `${name} › ${title}`
    registration.titles.push(full)
    inner(title, () => suiteRun.test(full, { body, limit }))
  }
  const only = (title: string, body: Body, limit = usual) => {
    const full = `${name} › ${title}`
    registration.only.push(full)
    inner.only(title, () => suiteRun.test(full, { body, limit }))
  }
  const before = (body: Body, limit = usual) => inner.before(() => suiteRun.before({ body, limit }))
  const after = (body: Body, limit = usual) => inner.after(() => suiteRun.after({ body, limit }))
  const beforeEach = (body: Body, limit = usual) => void suiteRun.beforeEach.push({ body, limit })
  const afterEach = (body: Body, limit = usual) => void suiteRun.afterEach.push({ body, limit })
  const run = () => {
    registration.runs++
    inner.run()
  }
  return Object.assign(declare, {
    only,
    before: Object.assign(before, { each: beforeEach }),
    after: Object.assign(after, { each: afterEach }),
    run,
  })
}
