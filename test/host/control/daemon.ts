import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Access } from '../../../host/control/access.js'
import { ControlServer } from '../../../host/control/index.js'
import { FakeServices } from './fake-services.js'

/** A control server with a fake services, in a temporary folder of its own. */
export class Daemon {
  readonly folder = mkdtempSync(join(tmpdir(), 'claimd-control-'))
  readonly socket = join(this.folder, 'claimd.sock')
  readonly services = new FakeServices()
  readonly unexpected: unknown[] = []
  readonly server: ControlServer

  constructor(access = new Access()) {
    const unexpected = (error: unknown) => this.unexpected.push(error)
    this.server = new ControlServer(
      this.services,
      { socket: this.socket, version: '1.2.3', unexpected },
      access,
    )
  }

  static async start(access?: Access): Promise<Daemon> {
    const daemon = new Daemon(access)
    await daemon.server.listen()
    return daemon
  }

  async stop(): Promise<void> {
    await this.server.close()
    rmSync(this.folder, { recursive: true })
  }

  ask(method: string, path: string, options: { body?: string; headers?: Record<string, string> } = {}) {
    return new Promise<Answer>((resolve, reject) => {
      const outgoing = request(
        { socketPath: this.socket, method, path, agent: false, headers: options.headers ?? {} },
        async (response) => {
          let text = ''
          for await (const chunk of response) text += chunk
          const { statusCode, headers } = response
          resolve({ status: statusCode ?? 0, headers, document: JSON.parse(text) })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(options.body)
    })
  }

  post(path: string, document: unknown) {
    const headers = { 'content-type': 'application/json' }
    return this.ask('POST', path, { body: JSON.stringify(document), headers })
  }

  /** Sends bytes as they are and returns all that comes back until the other side hangs up. */
  raw(bytes: string | Buffer): Promise<string> {
    return new Promise((resolve) => {
      let text = ''
      const connection = connect(this.socket, () => connection.write(bytes))
      connection.on('data', (data) => {
        text += data
      })
      connection.on('error', () => {})
      connection.on('close', () => resolve(text))
    })
  }
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says is what the tests look at
  document: any
}

/** Waits for something to become true; the test's own limit ends a vain wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(2)
}
