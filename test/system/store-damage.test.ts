import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import type { StoredState } from '../../host/core/kernel/store-port.js'
import { suite } from '../harness.js'
import { Folders } from '../host/store/folders.js'
import { type Contents, Expected } from './store/expected.js'
import { makeState } from './store/make-state.js'

/** `CLAIMD_DAMAGES=8000 CLAIMD_SEED=7 node dist/test/run.js store-damage`; a thousand take about ten seconds. */
const cases = Number(process.env.CLAIMD_DAMAGES ?? 300)
const seed = Number(process.env.CLAIMD_SEED ?? Date.now() % 1_000_000)

const journal = 60_000
/** The state has so many batches, with so many of them only in the log, and once had so many. */
const batches = 120
const logged = 4
const once = 90

const test = suite('store/damage')
const folders = new Folders()
test.after(() => folders.removeAll())

/** What opening a damaged state came to. */
interface Result {
  number: number
  what: string
  /** It was refused; `same`: and left as it was. */
  refused?: string
  found?: string
  same?: boolean
  /** It was opened, and this was in it. */
  contents?: Contents
  /** It was opened, and its journal was refused when it was read. */
  read?: string
  state?: StoredState
  failed?: string
}

/** Runs cases in a process of their own. @throws when it ends before its time, with the case that ended it */
async function run(folder: string, from: number, to: number): Promise<Result[]> {
  const child = fileURLToPath(new URL('./store/damaged-child.js', import.meta.url))
  const args = [child, folder, ...[seed, from, to].map(String)]
  const { stdout, stderr } = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [told, complaints] = await Promise.all([textOf(stdout), textOf(stderr)])
  const lines = told.trimEnd().split('\n')
  const results = lines.filter((line) => line.startsWith('end ')).map((line) => JSON.parse(line.slice(4)))
  assert.is(results.length, to - from, `seed ${seed}: the process ended at ${lines.at(-1)}: ${complaints}`)
  return results
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const piece of stream.setEncoding('utf8')) text += piece
  return text
}

/** What must be there if the state is that of a batch that its files know of. */
function expectedAt(state: StoredState, what: string): Expected {
  const { fence } = state
  // A whole sound database that is an old one cannot be told from one of today. A log can hold a whole one too.
  const old = what.startsWith('the database as it was once') || what === 'the log of another state'
  const least = old ? once : batches - logged
  assert.ok(fence >= least && fence <= batches, `the state is that of batch ${fence}`)
  const expected = new Expected(seed, journal)
  expected.advance(fence)
  if (what !== 'the log of another state' || state.revision === expected.revision) return expected
  const other = new Expected(seed + 1, journal)
  other.advance(fence)
  return other
}

function assertGood({ what, refused, found, same, read, state, failed, contents }: Result): void {
  assert.is(failed, undefined)
  if (refused) {
    assert.match(refused, /^STATE_(DAMAGED|NEWER|FOREIGN)$/, found)
    assert.ok(same, 'what is refused is left as it was')
  } else if (contents) expectedAt(contents.state, what).assertEqual(contents)
  else {
    assert.is(read, 'STATE_DAMAGED')
    expectedAt(state!, what).assertState(state!)
  }
}

test(
  'damaged files are refused and left alone, or opened with what was committed; no claim is invented',
  async () => {
    const folder = folders.make()
    const make = (name: string, options: { seed: number; batches: number; logged: number }) =>
      makeState(join(folder, `${name}-made`), join(folder, name), { journal, ...options })
    make('clean', { seed, batches, logged: 0 })
    make('logged', { seed, batches, logged })
    make('older', { seed, batches: once + 10, logged: 10 })
    make('foreign', { seed: seed + 1, batches, logged: 25 })
    const half = Math.ceil(cases / 2)
    const results = (await Promise.all([run(folder, 0, half), run(folder, half, cases)])).flat()
    for (const result of results) {
      try {
        assertGood(result)
      } catch (error) {
        throw new Error(`seed ${seed}, case ${result.number}, ${result.what}: ${(error as Error).message}`, {
          cause: error,
        })
      }
    }
    const count = (kind: keyof Result) => results.filter((result) => result[kind] !== undefined).length
    assert.ok(count('refused') > 0 && count('contents') > 0, 'both happened')
  },
  { timeout: 60_000 + cases * 100 },
)

test.run()
