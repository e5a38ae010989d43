import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How somebody saves a file. */
export type Save = 'in place' | 'by rename'

/** A plugin that is saved again and again. Whatever it answers, it says which version of it answers. */
export class EditedPlugin {
  readonly name = 'edited'
  readonly #folder: string
  readonly #source: 'index.js' | 'index.ts'
  #version = 0

  /** @param plugins the folder of plugins @param match the pattern for the names of links that it claims */
  constructor(plugins: string, match: string, language: 'JavaScript' | 'TypeScript') {
    this.#folder = join(plugins, this.name)
    this.#source = language === 'TypeScript' ? 'index.ts' : 'index.js'
    mkdirSync(this.#folder, { recursive: true })
    const manifest = {
      name: this.name,
      version: '1.0.0',
      type: 'module',
      main: './index.js',
      engines: { claimd: '^1.0.0' },
      contributes: { providers: [{ id: 'p', match: [{ name: match }] }] },
    }
    writeFileSync(join(this.#folder, 'package.json'), JSON.stringify(manifest))
    this.save('in place')
  }

  /** Writes the next version. @returns the evidence that it gives, and when the saving began, by the monotonic clock */
  save(how: Save): { evidence: string; at: bigint } {
    const evidence = `version ${++this.#version}`
    const file = join(this.#folder, this.#source)
    const text = this.#source === 'index.ts' ? typeScript(evidence) : javaScript(evidence)
    const at = process.hrtime.bigint()
    if (how === 'in place') writeFileSync(file, text)
    else {
      writeFileSync(`${file}.tmp`, text)
      renameSync(`${file}.tmp`, file)
    }
    return { evidence, at }
  }
}

const javaScript = (evidence: string) => `export function activate(context) {
  const mine = ({ connection }) => ({
    result: 'SUCCESS', connection, volatile: true, evidence: '${evidence}',
  })
  context.providers.register('p', { claimConnection: mine, verify: mine })
}
`

const typeScript = (evidence: string) => `interface Offer { connection: string }

export function activate(context: { providers: { register(id: string, provider: object): void } }): void {
  const mine = ({ connection }: Offer) => ({
    result: 'SUCCESS' as const, connection, volatile: true, evidence: '${evidence}',
  })
  context.providers.register('p', { claimConnection: mine, verify: mine })
}
`
