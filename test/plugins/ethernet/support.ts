import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Adapter, Answer, ConfiguredConnection, PluginContext } from '@claimd/sdk'
import { allRecords, Dialling, EthernetProvider, Judge, LeaseWatch, SystemFiles } from './compiled.js'
import { GrantedFiles } from './granted-files.js'

export const adapter: Adapter = {
  id: '7.1',
  name: 'a0',
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
  return { name, type: 'ethernet', config: config as ConfiguredConnection['config'] }
}

export const office = connection('office', {
  match: { name: 'a0' },
  method: 'static',
  addresses: ['192.0.2.7/24'],
})
export const roaming = connection('roaming', { match: { name: 'a0' }, method: 'dhcp' })

/** The provider with a host around it that only remembers, a clock that is set, and files in a folder. */
export class Rig {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'claimd-ethernet-')))
  readonly reports: string[] = []
  readonly log: string[] = []
  now = Date.parse('2026-11-20T11:00:00Z')
  configured: readonly ConfiguredConnection[] = []
  readonly granted = new GrantedFiles(this.root)
  readonly files = new SystemFiles(this.granted)
  readonly watch = new LeaseWatch(
    () => this.now,
    (changed) => this.files.watch(allRecords, changed),
  )
  provider: InstanceType<typeof EthernetProvider>
  fence = 0

  /** What the host stores for the plugin. */
  readonly stored = new Map<string, unknown>()

  constructor(...configured: ConfiguredConnection[]) {
    this.configured = configured
    this.provider = this.start()
  }

  /** The plugin's process, as if it had just been started. */
  start(): InstanceType<typeof EthernetProvider> {
    const context = {
      storage: {
        get: async (key: string) => this.stored.get(key),
        set: async (key: string, value: unknown) => void this.stored.set(key, structuredClone(value)),
      },
      connections: {
        configured: () => this.configured,
        report: (...words: unknown[]) => void this.reports.push(words.join(' ')),
      },
      log: (line: string) => void this.log.push(line),
    } as unknown as PluginContext
    const dialling = new Dialling(context.links, this.files)
    return new EthernetProvider(context, new Judge(this.files, () => this.now), this.watch, dialling)
  }

  /** Writes a file; `modified`, in milliseconds since 1970, is when it and its folder last changed. */
  write(path: string, content: string | Buffer, modified = this.now): void {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    for (const changed of [file, dirname(file)]) utimesSync(changed, modified / 1000, modified / 1000)
  }

  async offer(change: Partial<Adapter> = {}): Promise<Answer> {
    const question = { connection: 'a0', fence: ++this.fence, signal: new AbortController().signal }
    return this.provider.claimConnection({ adapter: { ...adapter, ...change }, ...question })
  }

  async verify(name: string, change: Partial<Adapter> = {}, fence = this.fence): Promise<Answer> {
    const question = { connection: name, evidence: null, fence, signal: new AbortController().signal }
    return this.provider.verify({ adapter: { ...adapter, ...change }, ...question })
  }

  close(): void {
    this.watch.dispose()
    this.granted.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** An answer in one line. */
export function line(answer: Answer): string {
  const what = answer.result === 'SUCCESS' ? [answer.connection, answer.evidence] : [answer.reason]
  return [answer.result, ...what].join(' | ')
}
