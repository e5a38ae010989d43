import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AdapterDocument, AdapterRow, ExplainDocument, Permissions, Refusal } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { skip } from '../harness/skip.js'

/** The repository, seen from the compiled tests. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
export const claimd = join(root, 'dist/host/cli/claimd.js')

/** The body of a provider that claims whatever it is offered, and confirms it. */
export function claims(connection: string): string {
  return `
    claimConnection({ adapter }) {
      note('offer ' + adapter.name)
      return { result: 'SUCCESS', connection: '${connection}', volatile: true, evidence: 'knows it' }
    },
    verify({ connection }) {
      note('verify')
      return { result: 'SUCCESS', connection }
    }`
}

/** The body of a provider that wants nothing. */
export function declines(reason: string): string {
  return `
    claimConnection({ adapter }) {
      note('offer ' + adapter.name)
      return { result: 'INVALID_CONNECTION', reason: '${reason}' }
    }`
}

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
  /** What `--json` printed. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever document came
  json: any
}

export interface LaunchOptions {
  args?: string[]
  bundled?: boolean
  /** What to put in front of node, within the network namespace. */
  prefix?: string[]
  /** Options for Node. */
  node?: string[]
}

/**
 * A place of its own for one test file: a temporary folder, a network namespace, and the daemons and links in
 * it. Everything that it made goes away with `close`.
 */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'claimd-test-'))
  readonly plugins = join(this.folder, 'plugins')
  readonly state = join(this.folder, 'state')
  readonly socket = join(this.folder, 'socket')
  readonly config = join(this.folder, 'config.json')
  readonly daemons: Daemon[] = []
  readonly namespace = `claimd-${randomBytes(4).toString('hex')}`

  constructor() {
    mkdirSync(this.plugins)
    this.configure({})
  }

  /** Makes the network namespace, or skips the test where that cannot be done. */
  withNamespace(): this {
    if (process.getuid?.() !== 0) skip('needs root, for network namespaces')
    try {
      execFileSync('ip', ['netns', 'add', this.namespace], { stdio: 'pipe' })
    } catch {
      skip('needs network namespaces and iproute2')
    }
    this.ip('link set lo up')
    return this
  }

  /** Deletes the namespace with its links, and makes another one with its name. */
  renewNamespace(): void {
    execFileSync('ip', ['netns', 'del', this.namespace])
    this.withNamespace()
  }

  /** Runs a command in the namespace. @returns what it printed */
  exec(command: string): string {
    const args = ['netns', 'exec', this.namespace, ...command.split(' ')]
    return execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' })
  }

  ip(args: string): string {
    return execFileSync('ip', ['-n', this.namespace, ...args.split(' ')], { encoding: 'utf8', stdio: 'pipe' })
  }

  /** Runs `ip` commands in the namespace, one a line, all by one process. */
  batch(commands: string): void {
    execFileSync('ip', ['-n', this.namespace, '-batch', '-'], { input: commands, stdio: 'pipe' })
  }

  /** A veth pair of which one end is an adapter to claim; both are up. */
  link(name: string, address?: string): void {
    this.ip(`link add ${name} type veth peer name p-${name}`)
    // No link-local addresses: their detection of duplicates would change the link in its own time.
    this.ip(`link set ${name} addrgenmode none`)
    this.ip(`link set p-${name} addrgenmode none up`)
    this.ip(`link set ${name} up`)
    if (address) this.ip(`addr add ${address} dev ${name}`)
  }

  /** Everything the kernel says of a link, for comparing before and after; without ageing addresses. */
  snapshot(name: string): string {
    return (
      this.ip(`-o addr show dev ${name}`).replace(/valid_lft.*|preferred_lft.*/g, '') +
      this.ip(`-o link show dev ${name}`)
    )
  }

  configure(configuration: object): void {
    writeFileSync(this.config, JSON.stringify(configuration))
  }

  /** Starts a daemon in the namespace and waits until it answers. */
  async start(options: LaunchOptions = {}): Promise<Daemon> {
    const daemon = this.launch(options)
    await daemon.answers()
    return daemon
  }

  launch(options: LaunchOptions = {}): Daemon {
    const args = ['run', '--state', this.state, '--socket', this.socket, '--plugins', this.plugins]
    args.push('--config', this.config, ...(options.bundled ? [] : ['--no-bundled']), ...(options.args ?? []))
    const node = [process.execPath, ...(options.node ?? [])]
    const command = [...(options.prefix ?? []), ...node, claimd, ...args]
    const daemon = new Daemon(spawn('ip', ['netns', 'exec', this.namespace, ...command]), this)
    this.daemons.push(daemon)
    return daemon
  }

  /** Writes a script for the simulator, and gives the arguments that play it. */
  simulation(script: object): string[] {
    const file = join(this.folder, 'script.json')
    writeFileSync(file, JSON.stringify(script))
    return ['--simulate', file]
  }

  /** Starts a daemon on simulated links: no namespace and no root needed. */
  simulate(args: string[], bundled = false): Daemon {
    const own = ['run', '--state', this.state, '--socket', this.socket, '--config', this.config]
    const command = [claimd, ...own, ...(bundled ? [] : ['--no-bundled']), ...args]
    const daemon = new Daemon(spawn(process.execPath, command), this)
    this.daemons.push(daemon)
    return daemon
  }

  /** Starts a plain `claimd run` in the namespace as another user, with nothing but this environment. */
  launchAs(prefix: string[], env: NodeJS.ProcessEnv): Daemon {
    const command = ['netns', 'exec', this.namespace, ...prefix, process.execPath, claimd, 'run']
    const daemon = new Daemon(spawn('ip', command, { env }), this)
    this.daemons.push(daemon)
    return daemon
  }

  /** Runs a `claimd` command against this lab's daemon. */
  run(...args: string[]): Promise<Outcome> {
    return runClaimd(['--socket', this.socket, ...args])
  }

  /** Runs it with `--json`. */
  async json(...args: string[]): Promise<Outcome['json']> {
    return (await this.run('--json', ...args)).json
  }

  /** Reads a document from the socket. A command would print the same, but each is a process of a fifth of a second. */
  async get(path: string): Promise<Outcome['json']> {
    return (await this.http('GET', `/v1/${path}`)).json
  }

  async adapter(name: string): Promise<AdapterDocument> {
    return (await this.get(`adapters/${encodeURIComponent(name)}`)) as AdapterDocument
  }

  async explain(name: string): Promise<ExplainDocument> {
    return (await this.get(`adapters/${encodeURIComponent(name)}/explain`)) as ExplainDocument
  }

  /** Waits until the adapter is in a state, held by that provider if one is given. */
  async settles(name: string, state: string, provider?: string): Promise<AdapterRow> {
    return until(
      async () => {
        const row = await this.adapter(name)
        return row.state === state && (provider === undefined || row.provider === provider) ? row : null
      },
      async () => `${name} does not become ${state}: ${JSON.stringify(await this.explain(name))}`,
    )
  }

  /** One request over the socket, as any program may make it. */
  http(method: string, path: string, body?: unknown): Promise<{ status: number; json: Outcome['json'] }> {
    return new Promise((done, fail) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' }
      const call = request({ socketPath: this.socket, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => done({ status: response.statusCode!, json: JSON.parse(text) }))
      })
      call.on('error', fail)
      call.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  /**
   * Drops a plugin with one provider `p` (for links called lab…) into the folder. `code` is the body of its object. With
   * permissions it has to be trusted before it runs, see {@link trust}.
   */
  drop(
    name: string,
    code: string,
    { permissions = {}, ...contribution }: { permissions?: Permissions; [key: string]: unknown } = {},
    folder = this.plugins,
  ): string {
    const path = join(folder, name)
    const draft = join(folder, `.${name}`)
    mkdirSync(draft, { recursive: true })
    const provider = { id: 'p', band: 'exact', match: [{ name: 'lab*' }], ...contribution }
    writeFileSync(
      join(draft, 'package.json'),
      JSON.stringify({
        name,
        version: '1.0.0',
        type: 'module',
        main: './index.js',
        engines: { claimd: '^1.0.0' },
        contributes: { providers: [provider] },
        permissions,
      }),
    )
    writeFileSync(
      join(draft, 'index.js'),
      `import { appendFileSync } from 'node:fs'
const calls = ${JSON.stringify(this.#callsOf(name))}
const note = (text) => {
  // With a state that cannot be written, its data folder is another one.
  try { appendFileSync(calls, text + '\\n') } catch {}
}
note('start ' + process.pid)
export function activate(context) {
  context.providers.register('p', { ${code} })
}
`,
    )
    execFileSync('mv', ['-T', draft, path])
    return path
  }

  /** Grants a plugin what it asks for. */
  async trust(plugin: string): Promise<void> {
    await until(
      async () => (await this.http('GET', `/v1/plugins/${encodeURIComponent(plugin)}`)).status === 200,
      () => `${plugin} is not found`,
    )
    const { code, stderr } = await this.run('plugin', 'trust', plugin, '--yes')
    assert.is(code, 0, stderr)
  }

  /** What a plugin of {@link drop} noted: `start PID`, and its calls. */
  calls(plugin: string): string[] {
    const file = this.#callsOf(plugin)
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }

  /** In its data folder: it may write nowhere else. */
  #callsOf(plugin: string): string {
    return join(this.state, 'data', plugin, 'calls')
  }

  /** The process of a plugin that was started. */
  pid(plugin: string): number {
    return Number(this.calls(plugin)[0]!.split(' ')[1])
  }

  /** Events of one type after a revision, read as a client does. */
  async events(since: number, type: string): Promise<Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = []
    const { revision } = await this.get('adapters')
    const stream = new Client({ socket: this.socket }).events({ since })
    for await (const event of stream) {
      if (event.type === type) found.push(event)
      if (event.revision >= revision) break
    }
    return found
  }

  /** Every way to ask for a disconnect is refused, and the link is untouched. */
  async assertRefused(connection: string, adapter: string): Promise<void> {
    const before = this.snapshot(adapter)
    const plain = await this.run('disconnect', connection)
    assert.is(plain.code, 6, plain.stderr)
    const { code, json: refusal } = await this.run('--json', 'disconnect', connection)
    assert.is(code, 6)
    assert.equal([refusal.result, refusal.adapter, refusal.connection], ['NOT_ALLOWED', adapter, connection])
    assert.ok(refusal.remedy.length > 0)
    const all = await this.run('--json', 'disconnect', '--all')
    assert.is(all.code, 6)
    assert.equal(
      all.json.refused.map((one: Refusal) => one.connection),
      [connection],
    )
    assert.equal(all.json.disconnected, [])
    const http = await this.http('POST', `/v1/connections/${connection}/disconnect`)
    assert.equal([http.status, http.json.result], [409, 'NOT_ALLOWED'])
    assert.is(this.snapshot(adapter), before)
  }

  async close(): Promise<void> {
    for (const daemon of this.daemons) await daemon.kill('SIGKILL')
    try {
      execFileSync('ip', ['netns', 'del', this.namespace], { stdio: 'pipe' })
    } catch {
      // It was never made.
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A daemon that a test started. */
export class Daemon {
  output = ''
  readonly ended: Promise<number | null>

  constructor(
    readonly process: ChildProcess,
    private readonly lab: Lab,
  ) {
    for (const stream of [process.stdout!, process.stderr!]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => {
        this.output += text
      })
    }
    this.ended = new Promise((done) => {
      process.on('close', (code) => done(code))
    })
  }

  async answers(): Promise<void> {
    await until(
      async () => {
        if (this.process.exitCode !== null) throw new Error(`the daemon ended:\n${this.output}`)
        return (await this.lab.http('GET', '/v1/status').catch(() => null))?.status === 200
      },
      () => `the daemon does not answer:\n${this.output}`,
    )
  }

  /** Waits until it has said so, on standard output or error. */
  async says(text: string): Promise<void> {
    await until(
      async () => this.output.includes(text),
      () => `the daemon does not say "${text}":\n${this.output}`,
    )
  }

  /** The daemon's own process: `ip netns exec` becomes it. */
  get pid(): number {
    return this.process.pid!
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal)
    return this.ended
  }
}

/** Runs `claimd` as a user would and collects what it prints. */
export function runClaimd(
  args: string[],
  options: { env?: NodeJS.ProcessEnv; prefix?: string[] } = {},
): Promise<Outcome> {
  const [command, ...rest] = [...(options.prefix ?? []), process.execPath, claimd, ...args]
  return new Promise((done) => {
    const child = spawn(command!, rest, {
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('close', (code) => {
      let json = null
      try {
        json = JSON.parse(stdout)
      } catch {
        // Not every output is a document.
      }
      done({ code, stdout, stderr, json })
    })
  })
}

/** Waits for a condition, not for a time. */
export async function until<T>(
  condition: () => Promise<T | null | false>,
  complaint: () => string | Promise<string>,
  ms = 20_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const value = await condition()
    if (value !== null && value !== false) return value
    if (performance.now() > end) throw new Error(await complaint())
    await new Promise((done) => setTimeout(done, 30))
  }
}
