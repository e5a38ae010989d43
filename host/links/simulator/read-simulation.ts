import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { ClaimdError } from '@claimd/sdk'
import { Ajv } from 'ajv'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { parseJson } from '../../core/documents/json-syntax.js'
import { type Path, placeOf } from '../../core/documents/place.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import { faultyFile } from '../../core/errors.js'
import { playStep } from './play-step.js'
import { ImpossibleChange, SimulatedLinks } from './simulated-links.js'
import { type Simulation, simulationSchema } from './simulation.js'

const remedy = 'Change the script; samples/simulation has one to copy from, and describes the format'

/**
 * Reads a simulation script.
 * @throws SIMULATION_INVALID with all of the script's faults, each with its place
 */
export async function readSimulation(file: string): Promise<Simulation> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const expected = 'a file that can be read'
    throw invalid(file, [
      { field: '', found: messageOf(error), expected, remedy: 'Check its path and its permissions' },
    ])
  }
  const { value, fault } = parseJson(text)
  if (fault) throw invalid(file, [fault])
  return checkSimulation(value, file)
}

/**
 * Checks a simulation script: its form, and that it can be played.
 * @param file how to call it in an error
 * @throws SIMULATION_INVALID with all of the script's faults, each with its place
 */
export function checkSimulation(document: unknown, file: string): Simulation {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    formats: { 'address-with-length': isAddressWithLength },
  })
  const validate = ajv.compile<Simulation>(simulationSchema)
  const faults = validate(document) ? playFaults(document) : schemaFaults(validate.errors!, document)
  if (faults.length > 0) throw invalid(file, faults)
  return document as Simulation
}

/** Plays it without waiting, twice if it repeats; a fault does not stop it, so that all are found. */
function playFaults({ links, steps = [], repeat = false }: Simulation): FieldFault[] {
  const faults: FieldFault[] = []
  const add = (path: Path, found: string, expected: string) =>
    faults.push({ field: placeOf(path), found, expected, remedy })
  const world = new SimulatedLinks()
  const attempt = (path: Path, again: boolean, action: () => void) => {
    try {
      action()
    } catch (error) {
      if (!(error instanceof ImpossibleChange)) throw error
      const when = again ? ' when the steps are repeated' : ''
      add([...path, ...error.path], error.found, error.expected + when)
    }
  }
  links.forEach((link, number) => {
    attempt(['links', number], false, () => world.add(link))
  })
  steps.forEach((step, number) => {
    const { after, ...verbs } = step
    if (Object.keys(verbs).length !== 1)
      add(
        ['steps', number],
        Object.keys(verbs).join(', ') || 'none',
        'exactly one of add, change, remove, rename',
      )
  })
  for (const again of repeat && faults.length === 0 ? [false, true] : [false]) {
    if (again && faults.length > 0) break
    steps.forEach((step, number) => {
      const verb = Object.keys(step)
        .filter((key) => key !== 'after')
        .slice(0, 1)
      attempt(['steps', number, ...verb], again, () => playStep(world, step))
    })
  }
  if (repeat && steps.every(({ after = 0 }) => after === 0))
    add(['repeat'], 'true', 'a step with `after` above 0, or the steps would never end')
  return faults
}

function invalid(file: string, faults: readonly FieldFault[]): ClaimdError {
  const all = faults.map((fault) => ({ file, ...fault }))
  return faultyFile('SIMULATION_INVALID', all, remedy)
}

function isAddressWithLength(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/')
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= longest
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
