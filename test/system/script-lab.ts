import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Lab } from './lab.js'

export const exec = '@claimd/exec/exec'

/** A lab with scripts, each configured as a connection of its name. */
export class ScriptLab extends Lab {
  readonly scripts = join(this.folder, 'scripts')
  readonly #notes = join(this.folder, 'notes')

  constructor() {
    super()
    // Scripts run as another user.
    chmodSync(this.folder, 0o755)
    mkdirSync(this.scripts, { mode: 0o755 })
    writeFileSync(this.#notes, '')
    chmodSync(this.#notes, 0o666)
  }

  /** Writes a script, of root and executable for all. */
  script(name: string, text: string, mode = 0o755): string {
    const file = join(this.scripts, name)
    writeFileSync(file, text)
    chmodSync(file, mode)
    return file
  }

  /** One for links called lab…, that notes how it was asked and answers as its lines say. */
  noting(lines: string): string {
    const description = { protocol: 1, verbs: ['offer', 'verify', 'released'], match: [{ name: 'lab*' }] }
    return `#!/bin/sh
[ "$1" = describe ] && { echo '${JSON.stringify(description)}'; exit 0; }
echo "$* $(cat)" >> ${this.#notes}
${lines}
`
  }

  /** How scripts of {@link noting} were asked: `VERB ADAPTER CONNECTION JSON`. */
  notes(): string[] {
    return readFileSync(this.#notes, 'utf8').split('\n').filter(Boolean)
  }

  configureScripts(programs: Record<string, string>, config: object = {}): void {
    const connections = Object.entries(programs).map(([name, program]) => [
      name,
      { type: 'script', config: { program, ...config } },
    ])
    this.configure({ connections: Object.fromEntries(connections) })
  }

  /** What the provider said of the link in the latest round, and why. */
  async said(link: string): Promise<string> {
    const answers = (await this.explain(link)).rounds.at(-1)?.answers ?? []
    const answer = answers.filter(({ provider }) => provider === exec).at(-1)
    return `${answer?.result} ${answer?.evidence ?? answer?.reason}`
  }
}

/** Whether a process runs that was started with this argument. */
export function isRunning(argument: string, processes: readonly string[]): boolean {
  return processes.some((pid) => {
    const file = `/proc/${pid}/cmdline`
    try {
      return existsSync(file) && readFileSync(file, 'utf8').split('\0').includes(argument)
    } catch {
      return false
    }
  })
}
