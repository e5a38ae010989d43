import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { skip } from '../../harness.js'

/**
 * A small file system in the place of a folder, for those processes only that are started through it. It goes
 * away with the process that holds it.
 */
export class Disk {
  private constructor(
    readonly folder: string,
    private readonly holder: ChildProcess,
  ) {}

  /** One in memory, of so many megabytes. */
  static memory(folder: string, megabytes: number): Promise<Disk> {
    return Disk.make(folder, `mount -t tmpfs -o size=${megabytes}m,mode=700 none "$1"`)
  }

  /** An ext4 on a loop device that turns read-only on the first error. */
  static ext4(folder: string, image: string): Promise<Disk> {
    const make = `truncate -s 32M ${image}; mkfs.ext4 -q ${image}`
    return Disk.make(folder, `${make}; mount -o loop,errors=remount-ro ${image} "$1"; chmod 700 "$1"`)
  }

  /** @param mount a script of `sh` that mounts something on `$1` */
  private static async make(folder: string, mount: string): Promise<Disk> {
    if (process.geteuid?.() !== 0) skip('needs root, to mount a file system')
    mkdirSync(folder, { recursive: true })
    const script = `set -e; ${mount}; echo mounted; exec sleep infinity`
    const holder = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let complaint = ''
    holder.stderr.on('data', (text) => {
      complaint += text
    })
    const [first] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')])
    if (!String(first).startsWith('mounted')) skip(`cannot mount a file system: ${complaint.trim()}`)
    return new Disk(folder, holder)
  }

  /** What is to be put in front of a command that shall see it. */
  get prefix(): string[] {
    return ['nsenter', '--target', String(this.holder.pid), '--mount']
  }

  /** Runs a script of `sh` that sees it, in its folder. */
  shell(script: string): string {
    const [command = '', ...args] = this.prefix
    return execFileSync(command, [...args, 'sh', '-ec', `cd "$1"; ${script}`, 'sh', this.folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** A path on it, as it is seen from here. */
  path(name: string): string {
    return join(`/proc/${this.holder.pid}/root`, this.folder, name)
  }

  /** Leaves no byte free. */
  fill(): void {
    for (let size = 1 << 20; size >= 1; ) {
      try {
        writeFileSync(this.path('filler'), Buffer.alloc(size), { flag: 'a' })
      } catch {
        size >>= 1
      }
    }
  }

  free(): void {
    rmSync(this.path('filler'))
  }

  async close(): Promise<void> {
    const closed = once(this.holder, 'close')
    if (this.holder.kill('SIGKILL')) await closed
  }
}
