import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder such as udev keeps, and a socket that is open as udev's is. */
export class FakeUdev {
  readonly folder = mkdtempSync(join(tmpdir(), 'claimd-udev-'))
  readonly data = join(this.folder, 'data')
  readonly #server = createServer()
  #written = 0

  /** @param options.runs default true; otherwise only the file of its socket is there */
  static async start(options: { runs?: boolean; data?: boolean } = {}): Promise<FakeUdev> {
    const udev = new FakeUdev()
    if (options.data ?? true) mkdirSync(udev.data)
    const control = join(udev.folder, 'control')
    if (options.runs ?? true) await new Promise<void>((done) => udev.#server.listen(control, done))
    else writeFileSync(control, '')
    return udev
  }

  /** Writes the record of a link, as udev does: beside it, then into its place. */
  write(index: number, properties: Record<string, string> = {}, finishedAt = '1'): void {
    const lines = Object.entries(properties).map(([key, value]) => `E:${key}=${value}\n`)
    const text = `I:${finishedAt}\n${lines.join('')}G:systemd\nQ:systemd\nV:1\n`
    const draft = join(this.data, `.#n${index}${++this.#written}`)
    writeFileSync(draft, text)
    renameSync(draft, this.file(index))
  }

  remove(index: number): void {
    rmSync(this.file(index))
  }

  file(index: number): string {
    return join(this.data, `n${index}`)
  }

  close(): void {
    this.#server.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
