import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { exitCodeOf, exitCodes } from '../../../../host/cli/exit-codes.js'
import { checkSimulation, readSimulation, SimulatedSource } from '../../../../host/links/simulator/index.js'
import { suite } from '../../../harness.js'

const test = suite('links/simulator/script')

let folder: string
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimd-simulation-'))
})
test.after(() => rm(folder, { recursive: true, force: true }))

/** The faults, as `place: found …, expected …`. */
function faultsOf(document: unknown): string[] {
  try {
    checkSimulation(document, 'script.json')
  } catch (error) {
    return linesOf(error)
  }
  return []
}

function linesOf(error: unknown): string[] {
  assert.instance(error, ClaimdError)
  const { code, document } = error as ClaimdError
  assert.is(code, 'SIMULATION_INVALID')
  assert.is(exitCodeOf(code), exitCodes.usage)
  const faults = 'faults' in document ? (document.faults ?? []) : []
  return faults.map(({ field, found, expected }) => `${field}: found ${found}, expected ${expected}`)
}

test('the demo can be played, also without its pauses', async () => {
  const script = await readSimulation(
    new URL('../../../../../samples/simulation/demo.json', import.meta.url).pathname,
  )
  assert.is(
    (script.steps ?? []).reduce((sum, { after = 0 }) => sum + after, 0),
    60_000,
  )
  const source = new SimulatedSource({
    ...script,
    steps: (script.steps ?? []).map((step) => ({ ...step, after: 1 })),
  })
  let deliveries = 0
  await source.start(() => deliveries++)
  while (deliveries < 40) await new Promise((resolve) => setTimeout(resolve, 5))
  source.close()
})

test('all faults of form are told at once, each with its place', () => {
  const faults = faultsOf({
    links: [
      { name: 'a b', up: 3, adress: 'x', addresses: ['1.2.3.4', '1.2.3.4/33', 'fd00::1/129'], vendor: 'xyz' },
      {},
    ],
    steps: [{ after: -1, remove: 'a' }, { add: 3 }],
    repeat: 'yes',
  })
  const places = faults.map((fault) => fault.split(': found ')[0])
  assert.equal(places.sort(), [
    'links[0].addresses[0]',
    'links[0].addresses[1]',
    'links[0].addresses[2]',
    'links[0].adress',
    'links[0].name',
    'links[0].up',
    'links[0].vendor',
    'links[1].name',
    'repeat',
    'steps[0].after',
    'steps[1].add',
  ])
  assert.ok(
    faults.includes(
      'links[0].vendor: found "xyz", expected a text or null: four hexadecimal digits in lower case',
    ),
  )
})

test('what cannot be played is told at once, each with its place', () => {
  assert.equal(
    faultsOf({
      links: [{ name: 'a' }, { name: 'a' }, { name: 'b', index: 1 }, { name: 'c', master: 'z' }],
      steps: [
        {},
        { add: { name: 'b' }, remove: 'a' },
        { after: 1, remove: 'q' },
        { rename: { from: 'k', to: 'a' } },
        { change: { name: 'b', master: 'q' } },
      ],
    }),
    [
      'links[1].name: found "a", expected a name that no link has',
      'links[2].index: found 1, expected an index that no link has',
      'links[3].master: found "z", expected the name of a link that is there',
      'steps[0]: found none, expected exactly one of add, change, remove, rename',
      'steps[1]: found add, remove, expected exactly one of add, change, remove, rename',
      'steps[2].remove: found "q", expected the name of a link that is there',
      'steps[3].rename.from: found "k", expected the name of a link that is there',
      'steps[4].change.master: found "q", expected the name of a link that is there',
    ],
  )
})

test('a script that cannot be repeated is refused', () => {
  assert.equal(faultsOf({ links: [], steps: [{ after: 1, add: { name: 'a' } }], repeat: true }), [
    'steps[0].add.name: found "a", expected a name that no link has when the steps are repeated',
  ])
  assert.equal(
    faultsOf({ links: [{ name: 'a' }], steps: [{ change: { name: 'a', up: true } }], repeat: true }).length,
    1,
  )
})

test('a file that is not there, or no JSON, is refused with its name', async () => {
  const missing = join(folder, 'missing.json')
  const broken = join(folder, 'broken.json')
  await writeFile(broken, '{ "links": [')
  for (const file of [missing, broken]) {
    const error = await readSimulation(file).catch((thrown: unknown) => thrown)
    assert.is(linesOf(error).length, 1)
    assert.match((error as Error).message, file)
    if (file === broken) {
      assert.equal(linesOf(error), ['line 1, column 13: found the end of the file, expected a value or ]'])
    }
  }
})

test('a document that is no script is refused', () => {
  for (const document of [null, [], 3, 'text', {}]) assert.is(faultsOf(document).length, 1)
})

test.run()
