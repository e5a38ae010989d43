import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConformanceReport } from '@claimd/sdk/conformance'
import * as assert from 'uvu/assert'
import { verifyPlugin } from '../../../host/main.js'
import type { Suite } from '../../harness.js'

const folder = fileURLToPath(new URL('../../../../test/fixtures/broken-plugins/', import.meta.url))

/** Folders of broken plugins, each with the cases that it fails. */
export type Table = Record<string, string[]>

/** Those that go wrong as programs: how they start, live, are configured, and end. */
export const starting: Table = {
  'main-outside': ['manifest'],
  'throws-in-activate': ['activates'],
  'hangs-in-activate': ['activates'],
  'registers-late': ['registers'],
  'floods-output': ['keeps-quiet'],
  'dies-when-down': ['stays-alive'],
  leaks: ['steady-memory'],
  'fails-to-deactivate': ['deactivates-in-time'],
  'slow-to-deactivate': ['deactivates-in-time'],
  'leaves-a-timer': ['leaves-nothing-behind'],
  'keeps-old-configuration': ['follows-configuration'],
  'trusts-configuration': ['odd-configuration'],
}

/** Those that answer offers wrongly. */
export const answering: Table = {
  'answers-nonsense': ['answers-well-formed'],
  'throws-without-address': ['never-throws'],
  'answers-late': ['answers-in-time'],
  'claims-nothing': ['claims-something'],
  'claims-strangers': ['declines-strangers'],
  'slash-in-name': ['connection-name'],
  'not-configured': ['configured-or-volatile'],
  'one-name-for-all': ['own-connection-each'],
  'claims-once': ['same-answer-twice'],
  'depends-on-field-order': ['same-answer-twice'],
  'writes-to-adapter': ['leaves-adapter-alone'],
  'stumbles-after-pending': ['pending-bounded'],
  'name-as-pattern': ['odd-names'],
}

/** Those that go wrong about what they hold, or no longer hold. */
export const holding: Table = {
  'ignores-abort': ['late-cancel'],
  'throws-on-abort': ['late-cancel'],
  'knows-by-name': ['unplug-mid-offer'],
  'throws-when-claimed': ['claim-stands'],
  'trips-over-void': ['released-void'],
  'trips-over-second-release': ['released-twice'],
  'trips-over-unheld': ['released-unheld'],
  'never-lets-go': ['lets-go'],
  // What it forgets with its process is gone however the process ended.
  forgets: ['same-after-restart', 'same-after-crash'],
  'disconnects-anything': ['refuses-disconnect'],
  'reports-without-fence': ['reports-own-claims'],
}

/** Those that connect wrongly. */
export const connecting: Table = {
  'connects-nothing': ['connects-something'],
  'names-taken-adapters': ['names-resources'],
  'names-no-field': ['validates'],
  'disconnects-once': ['disconnects', 'crash-in-connect'],
  'leaves-a-link': ['connect-fails'],
  'ignores-cancel': ['cancel-connect'],
  'forgets-connects': ['crash-in-connect'],
  'knows-status-by-heart': ['status'],
  'needs-configured': ['unknown-connection'],
  'one-at-a-time': ['connect-beside-offers'],
  'takes-claims-down': ['refuses-disconnect'],
}

export const brokenPlugins: Table = { ...starting, ...answering, ...holding, ...connecting }

/** The folders there are. */
export const brokenFolders = readdirSync(folder).sort()

export function verifyBroken(name: string, only?: readonly string[]): Promise<ConformanceReport> {
  return verifyPlugin({ folder: join(folder, name), ...(only && { only }) })
}

/** The ids of the cases that failed. */
export function failedIn({ cases }: ConformanceReport): string[] {
  return cases.filter(({ result }) => result === 'fail').map(({ id }) => id)
}

/** Cases that look at one and the same process: to run them all costs no more than to run one. */
const together = [
  'answers-well-formed',
  'never-throws',
  'keeps-quiet',
  'claims-something',
  'declines-strangers',
  'connection-name',
  'configured-or-volatile',
]

/** Cases that borrow their process: beside each other they cost little. */
export const connectingTogether = [
  'connects-something',
  'names-resources',
  'validates',
  'disconnects',
  'connect-fails',
  'cancel-connect',
  'unknown-connection',
  'connect-beside-offers',
]

/** Verifies them, two at a time, as some of them mostly keep the kit waiting. Each has its report in the end. */
function verifyAll(table: Table, beside: readonly string[]): Map<string, Promise<ConformanceReport>> {
  const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()]
  return new Map(
    Object.entries(table).map(([name, ids], at) => {
      const lane = at % lanes.length
      const report = lanes[lane]!.then(() => verifyBroken(name, [...together, ...beside, ...ids]))
      lanes[lane] = report.catch(() => {})
      return [name, report]
    }),
  )
}

/** Declares a test for each of them. @param beside further cases, which they have to pass if they are not theirs */
export function testBroken(test: Suite, table: Table, beside: readonly string[] = []): void {
  let reports: Map<string, Promise<ConformanceReport>>
  test.before(() => {
    reports = verifyAll(table, beside)
  })
  for (const [name, ids] of Object.entries(table)) {
    test(`${name} fails ${ids.join(' and ')}, and no case beside`, async () => {
      const report = await reports.get(name)!
      assert.equal(failedIn(report), ids)
      const failures = report.cases.filter(({ result }) => result === 'fail')
      assert.is(report.passed, !failures.some(({ level }) => level === 'must'))
      for (const { found, expected, remedy } of failures) assert.ok(found && expected && remedy)
    })
  }
}
