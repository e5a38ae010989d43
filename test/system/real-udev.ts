import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { skip } from '../harness.js'
import type { Namespace } from './links-watch.js'

const daemon = ['/usr/lib/systemd/systemd-udevd', '/lib/systemd/systemd-udevd'].find((path) =>
  existsSync(path),
)

/** A systemd-udevd that looks after a network namespace, with a /run of its own. */
export class RealUdev {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** @param rules the lines of a rules file beside the distribution's */
  static async start(namespace: Namespace, rules: string): Promise<RealUdev> {
    if (daemon === undefined) skip('needs systemd-udevd (Debian package udev)')
    const script = `mount -t tmpfs tmpfs /run && mkdir -p /run/udev/rules.d &&
      printf %s "$RULES" >/run/udev/rules.d/90-test.rules && exec ${daemon}`
    // Each of these becomes the next one, so that the process is udevd in the end.
    const command = ['-m', 'ip', 'netns', 'exec', namespace.name, 'sh', '-c', script]
    const udev = new RealUdev(
      spawn('unshare', command, { env: { ...process.env, RULES: rules }, stdio: 'ignore' }),
    )
    process.on('exit', udev.#killNow)
    while (!existsSync(`/proc/${udev.#process.pid}/root/run/udev/control`)) {
      if (udev.#process.exitCode !== null) throw new Error('udevd ended')
      await new Promise((done) => setTimeout(done, 20))
    }
    return udev
  }

  /** What runs a command where udevd runs. */
  get entry(): string[] {
    return ['nsenter', '-t', String(this.#process.pid), '-m', '-n']
  }

  /** Has udev look at all links anew, by other rules. */
  trigger(rules: string): void {
    const script = `printf %s "$RULES" >/run/udev/rules.d/90-test.rules
      udevadm control --reload && udevadm trigger --subsystem-match=net`
    const [program = '', ...rest] = [...this.entry, 'sh', '-c', script]
    execFileSync(program, rest, { env: { ...process.env, RULES: rules }, stdio: 'ignore' })
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#killNow()
    await ended
  }

  readonly #killNow = (): void => {
    process.off('exit', this.#killNow)
    this.#process.kill('SIGKILL')
  }
}
