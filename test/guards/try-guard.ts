import { fileURLToPath } from 'node:url'
import { runFile } from '../harness/file-run.js'
import type { Guard } from './guards.js'

/** What became of the named test, without the guard and with it. */
export interface Trial {
  without: 'pass' | 'fail' | 'skip' | 'missing'
  with: Trial['without']
  /** The first line of the failure. */
  failure: string
}

const fileLimit = 60_000
const hook = new URL('./disable.js', import.meta.url).href

/** Runs the guard's test without the guard, and with it. */
export async function tryGuard({ name, machine = 'claims', disabled, test }: Guard): Promise<Trial> {
  const file = fileURLToPath(new URL(`../${test.file}.js`, import.meta.url))
  const outcomeOf = async (env: NodeJS.ProcessEnv) => {
    const { tests } = await runFile(file, fileLimit, env).report
    return tests.find(({ title }) => title.endsWith(`› ${test.title}`))
  }
  const [broken, whole] = await Promise.all([
    outcomeOf({
      NODE_OPTIONS: `--import=${hook}`,
      CLAIMD_DISABLED_GUARD: JSON.stringify({ name, machine, disabled }),
    }),
    outcomeOf({}),
  ])
  return {
    without: broken?.outcome ?? 'missing',
    with: whole?.outcome ?? 'missing',
    failure: broken?.text.split('\n')[0] ?? '',
  }
}
