import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FileReport } from './file-run.js'

/** Where each behaviour is described, seen from the compiled file. */
const page = fileURLToPath(new URL('../../../test/behaviours.md', import.meta.url))

export interface Behaviour {
  id: string
  /** `fail` if one of its tests failed, `pass` if at least one passed; skipped tests show nothing. */
  state: 'pass' | 'fail' | 'none'
  /** The tests that carry the id: file and title. */
  tests: string[]
}

/** What a run says of every numbered behaviour. The ids are words in the titles of tests. */
export function behavioursOf(reports: FileReport[]): Behaviour[] {
  const shown = reports.flatMap(({ file, tests, faults }) => {
    const failed = faults.map(({ title }) => ({ title, outcome: 'fail' }))
    return [...tests, ...failed].map(({ title, outcome }) => ({
      outcome,
      name: `${relative(process.cwd(), file)}: ${title}`,
      words: new Set(title.match(/[A-Z]+-\d+/g)),
    }))
  })
  return allIds().map((id) => {
    const mine = shown.filter(({ words }) => words.has(id))
    const has = (outcome: string) => mine.some((test) => test.outcome === outcome)
    return {
      id,
      state: has('fail') ? 'fail' : has('pass') ? 'pass' : 'none',
      tests: mine.map(({ name }) => name),
    }
  })
}

/** The ids of all numbered behaviours, in the order of `test/behaviours.md`. */
export function allIds(): string[] {
  const items = readFileSync(page, 'utf8').matchAll(/^- \*\*([A-Z]+-\d+)\*\* /gm)
  return [...items].map(([, id]) => id!)
}
