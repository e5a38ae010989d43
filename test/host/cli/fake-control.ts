import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A control socket that answers every path with a document, and holds `/v1/events` open. */
export class FakeControl {
  readonly socket: string
  readonly streams: ServerResponse[] = []
  private readonly folder = mkdtempSync(join(tmpdir(), 'claimd-test-'))
  private readonly server = createServer((request, response) => {
    response.setHeader('claimd-version', '1.0.0')
    if (request.url?.startsWith('/v1/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      this.streams.push(response)
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.document))
  })

  constructor(private readonly document: unknown) {
    this.socket = join(this.folder, 'claimd.sock')
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.socket, resolve))
  }

  announce(event: unknown): void {
    for (const stream of this.streams) stream.write(`event: event\ndata: ${JSON.stringify(event)}\n\n`)
  }

  /** Cuts every stream off, as when the daemon is killed. */
  hangUp(): void {
    this.server.closeAllConnections()
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    this.hangUp()
    await closed
    rmSync(this.folder, { recursive: true, force: true })
  }
}
