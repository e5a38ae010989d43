import type {
  Adapter,
  Answer,
  ConfiguredConnection,
  PluginContext,
  ProgramResult,
  RunOptions,
} from '@claimd/sdk'
import { ScriptProvider } from './compiled.js'

export const adapter: Adapter = {
  id: '7.1',
  name: 'lab0',
  alternativeNames: [],
  index: 7,
  kind: 'veth',
  driver: 'veth',
  address: '7a:ef:86:4f:86:ff',
  permanentAddress: null,
  path: null,
  vendor: null,
  product: null,
  up: true,
  carrier: true,
  master: null,
  addresses: [],
}

export function connection(name: string, config: object): ConfiguredConnection {
  return { name, type: 'script', config: config as ConfiguredConnection['config'] }
}

/** How a run of a script ends; a number is its exit code, a text what it prints and ends with 0. */
export type End = number | string | Partial<ProgramResult> | Error | Promise<never>
export type Script = (verb: string, options: RunOptions) => End

/** A description that knows these verbs. */
export function describes(verbs: string[], more: object = {}): string {
  return JSON.stringify({ protocol: 1, verbs, ...more })
}

/** A script that describes itself so, and answers all the rest in one way. */
export function script(end: End, more: object = {}): Script {
  return (verb) => (verb === 'describe' ? describes(['offer', 'verify', 'released'], more) : end)
}

/** The provider, with a host around it that runs functions in the place of programs. */
export class Rig {
  /** `PROGRAM VERB ADAPTER CONNECTION` */
  readonly runs: string[] = []
  /** What was written to their standard inputs, without those of `describe`. */
  readonly inputs: Record<string, unknown>[] = []
  readonly log: string[] = []
  readonly provider: InstanceType<typeof ScriptProvider>
  readonly scripts: Record<string, Script>
  configured: readonly ConfiguredConnection[]
  fence = 0

  /** One connection a script, called as it and with the program `/NAME`. */
  constructor(scripts: Record<string, Script>, config: object = {}) {
    this.scripts = scripts
    this.configured = Object.keys(scripts).map((name) => connection(name, { program: `/${name}`, ...config }))
    this.provider = new ScriptProvider({
      connections: { configured: () => this.configured },
      log: (line: string) => void this.log.push(line),
      exec: {
        run: async (program: string, args: readonly string[], options: RunOptions = {}) => {
          this.runs.push([program, ...args].join(' '))
          if (options.input !== undefined) this.inputs.push(JSON.parse(options.input))
          return resultOf(await this.scripts[program.slice(1)]!(args[0]!, options))
        },
      },
    } as unknown as PluginContext)
  }

  async offer(change: Partial<Adapter> = {}): Promise<Answer> {
    const question = { connection: 'lab0', fence: ++this.fence, signal: new AbortController().signal }
    return this.provider.claimConnection({ adapter: { ...adapter, ...change }, ...question })
  }

  async verify(name: string, change: Partial<Adapter> = {}, fence = this.fence): Promise<Answer> {
    const question = { connection: name, evidence: 'as was', fence, signal: new AbortController().signal }
    return this.provider.verify({ adapter: { ...adapter, ...change }, ...question })
  }
}

function resultOf(end: Awaited<End>): ProgramResult {
  if (end instanceof Error) throw end
  const nothing = { code: 0, signal: null, stdout: '', stderr: '', truncated: false }
  if (typeof end === 'number') return { ...nothing, code: end }
  return { ...nothing, ...(typeof end === 'string' ? { stdout: end } : end) }
}

/** An answer in one line. */
export function line(answer: Answer): string {
  const what = answer.result === 'SUCCESS' ? [answer.connection, answer.evidence] : [answer.reason]
  return [answer.result, ...what.filter((one) => one !== undefined)].join(' | ')
}
