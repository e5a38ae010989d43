import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import type { Suite } from '../harness.js'

const harness = new URL('../harness.js', import.meta.url).href
const runner = fileURLToPath(new URL('../run.js', import.meta.url))

/** A folder for the test files of the cases; ends with the process. */
export const folder = mkdtempSync(join(tmpdir(), 'claimd-harness-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Starts the runner on a test file with this source, in which `suite`, `test` and `skip` are there. */
export function startCase(source: string, env: NodeJS.ProcessEnv = {}, args: string[] = []) {
  const file = join(mkdtempSync(join(folder, 'case-')), 'case.test.mjs')
  writeFileSync(file, `import { skip, suite } from '${harness}'\nconst test = suite('case')\n${source}`)
  return startRunner([...args, file], env)
}

export function startRunner(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [runner, ...args], {
    env: { ...process.env, CLAIMD_TEST_ONLY: '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

export async function resultOf(run: ReturnType<typeof startRunner>) {
  const [output] = await Promise.all([text(run.stdout), once(run, 'exit')])
  return { output, last: output.trimEnd().split('\n').at(-1), code: run.exitCode }
}

/** Adds a test: a file with this source fails, with `expected` in the report and `last` as the last line. */
export function addFailing(
  test: Suite,
  title: string,
  { source, expected, last, env, args }: FailingCase,
): void {
  const body = async () => {
    const result = await resultOf(startCase(source, env, args))
    assert.match(result.output, expected)
    assert.is(result.last, last)
    assert.is(result.code, 1)
  }
  test(title, body, { timeout: 30_000 })
}

export interface FailingCase {
  source: string
  expected: RegExp
  last: string
  env?: NodeJS.ProcessEnv
  /** Arguments of the runner, before the file. */
  args?: string[]
}
