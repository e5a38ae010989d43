import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { extract } from 'tar'
import * as assert from 'uvu/assert'
import { claimd } from '../../fake-world.js'

const root = fileURLToPath(new URL('../../../../../../', import.meta.url))
const run = promisify(execFile)

/** A plugin as `claimd plugin new` makes it, in a folder of its own, with what `npm install` would add. */
export class MadePlugin {
  readonly root = mkdtempSync(join(tmpdir(), 'claimd-new-'))
  readonly folder = join(this.root, 'mine')

  static async make(language: 'typescript' | 'javascript'): Promise<MadePlugin> {
    const made = new MadePlugin()
    const line = `plugin new mine --${language} --name @acme/claimd-lab --json`
    const world = await claimd(line, { folder: made.root })
    assert.is(world.code, 0, world.err)
    const { files, plugin } = JSON.parse(world.out)
    assert.is(plugin, '@acme/claimd-lab')
    // A formatter of Markdown writes `__NAME__` as `**NAME**`.
    for (const file of files) assert.not.match(made.read(file), /__[A-Z]+__|\*\*[A-Z]+\*\*/, file)
    // Nothing leads to this machine: the folder works on another one.
    for (const file of files) assert.not.ok(made.read(file).includes(root), file)
    // As npm would install it.
    const sdk = made.manifest.devDependencies['@claimd/sdk']
    assert.match(sdk, /^file:vendor\/claimd-sdk-\d+\.\d+\.\d+\.tgz$/)
    const modules = join(made.folder, 'node_modules/@claimd/sdk')
    mkdirSync(modules, { recursive: true })
    await extract({ file: join(made.folder, sdk.slice('file:'.length)), cwd: modules, strip: 1 })
    if (language === 'typescript') {
      mkdirSync(join(made.folder, 'node_modules/@types'))
      symlinkSync(join(root, 'node_modules/@types/node'), join(made.folder, 'node_modules/@types/node'))
    }
    const { $schema } = made.manifest
    assert.ok(existsSync(join(made.folder, $schema)), `${$schema} is where an editor finds it`)
    return made
  }

  get manifest() {
    return JSON.parse(this.read('package.json'))
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  /** Compiles it, or checks its types. */
  async tsc(...args: string[]): Promise<void> {
    // With a folder that has a tsconfig.json the compiler takes no files.
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [compiler, ...args], { cwd: this.root })
  }

  async check(): Promise<void> {
    const { stdout } = await this.script('claimd', 'plugin', 'check', '.', '--json')
    assert.is(JSON.parse(stdout).plugin, '@acme/claimd-lab')
  }

  /** Runs one of its scripts, as npm does. */
  script(name: string, ...args: string[]) {
    return run('/bin/sh', ['-c', `${this.manifest.scripts[name]} "$@"`, 'sh', ...args], {
      cwd: this.folder,
      env: this.#env,
    })
  }

  get #env() {
    return { PATH: process.env.PATH, HOME: this.root, CLAIMD: join(root, 'dist/host/cli/claimd.js') }
  }

  /** Runs its own tests, as `npm test` would. @returns what they print, as TAP */
  async test(): Promise<string> {
    const args = ['--test', '--test-reporter=tap']
    return (await run(process.execPath, args, { cwd: this.folder, env: this.#env })).stdout
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
