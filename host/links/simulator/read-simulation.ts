import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { ClaimdError } from '@claimd/sdk'
import { Ajv, type ErrorObject } from 'ajv'
import { faultyFile } from '../../core/errors.js'
import { playStep } from './play-step.js'
import { ImpossibleChange, SimulatedLinks } from './simulated-links.js'
import { type Simulation, simulationSchema } from './simulation.js'

/** One thing that is wrong with a script. `place` is a JSON pointer; empty for the whole document. */
interface Fault {
  place: string
  found: string
  expected: string
}

/**
 * Reads a simulation script.
 * @throws SIMULATION_INVALID with all of the script's faults, each with its place
 */
export async function readSimulation(file: string): Promise<Simulation> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw invalid(file, [{ place: '', found: messageOf(error), expected: 'a file that can be read' }])
  }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw invalid(file, [{ place: '', found: messageOf(error), expected: 'JSON' }])
  }
  return checkSimulation(document, file)
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
  const faults = validate(document) ? playFaults(document) : formFaults(validate.errors ?? [])
  if (faults.length > 0) throw invalid(file, faults)
  return document as Simulation
}

function formFaults(errors: readonly ErrorObject[]): Fault[] {
  const faults = new Map<string, Fault>()
  for (const error of errors) {
    const fault = formFault(error)
    // Of a value that may be null or something, every alternative complains; one complaint tells it.
    if (!faults.has(fault.place)) faults.set(fault.place, fault)
  }
  return [...faults.values()]
}

function formFault(error: ErrorObject): Fault {
  const { instancePath: place, params, parentSchema, data } = error
  if (error.keyword === 'required') {
    const missing = String(params.missingProperty)
    return { place: `${place}/${missing}`, found: 'nothing', expected: `'${missing}' to be there` }
  }
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys(parentSchema?.properties ?? {}).join(', ')
    const extra = String(params.additionalProperty)
    return { place: `${place}/${extra}`, found: `'${extra}'`, expected: `one of ${known}` }
  }
  return {
    place,
    found: shown(data),
    expected: parentSchema?.description ?? error.message ?? 'something else',
  }
}

/** Plays it without waiting, twice if it repeats; a fault does not stop it, so that all are found. */
function playFaults({ links, steps = [], repeat = false }: Simulation): Fault[] {
  const faults: Fault[] = []
  const world = new SimulatedLinks()
  const attempt = (place: string, again: boolean, action: () => void) => {
    try {
      action()
    } catch (error) {
      if (!(error instanceof ImpossibleChange)) throw error
      const when = again ? ' when the steps are repeated' : ''
      faults.push({ place: place + error.field, found: error.found, expected: error.expected + when })
    }
  }
  links.forEach((link, number) => {
    attempt(`/links/${number}`, false, () => world.add(link))
  })
  steps.forEach((step, number) => {
    const { after, ...verbs } = step
    if (Object.keys(verbs).length !== 1)
      faults.push({
        place: `/steps/${number}`,
        found: Object.keys(verbs).join(', ') || 'none',
        expected: 'one of add, change, remove, rename',
      })
  })
  for (const again of repeat && faults.length === 0 ? [false, true] : [false]) {
    if (again && faults.length > 0) break
    steps.forEach((step, number) => {
      const verb = Object.keys(step).find((key) => key !== 'after')
      attempt(`/steps/${number}/${verb}`, again, () => playStep(world, step))
    })
  }
  if (repeat && steps.every(({ after = 0 }) => after === 0))
    faults.push({
      place: '/repeat',
      found: 'true',
      expected: 'a step with `after` above 0, or the steps would never end',
    })
  return faults
}

function invalid(file: string, faults: readonly Fault[]): ClaimdError {
  const remedy = 'samples/simulation has a script to copy from, and describes the format'
  const all = faults.map(({ place, ...text }) => ({ file, field: place, ...text, remedy }))
  return faultyFile('SIMULATION_INVALID', file, all, remedy)
}

function isAddressWithLength(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/')
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= longest
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
