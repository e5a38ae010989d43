import { existsSync, readFileSync } from 'node:fs'

/** Where udev keeps what it knows. */
export const udevFolder = '/run/udev'

/** So long an answer is good, in milliseconds: a storm of links asks once. */
const validFor = 1_000

/**
 * Whether this process is in the machine's initial network namespace, whose links udev looks after. The
 * sysctls of the whole machine's queues are shown there only, and to everybody.
 */
export function inInitialNamespace(): boolean {
  return existsSync('/proc/sys/net/core/netdev_max_backlog')
}

/**
 * Tells whether udev runs. Its control socket is there then, but a udev that was ended may leave the file
 * behind; the kernel's list of sockets has it only while it is open.
 */
export class UdevPresence {
  readonly #control: string
  #runs = false
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(control: string) {
    this.#control = control
  }

  get runs(): boolean {
    const now = performance.now()
    if (now - this.#lookedAt > validFor) {
      this.#runs = existsSync(this.#control) && isOpen(this.#control)
      this.#lookedAt = now
    }
    return this.#runs
  }
}

function isOpen(socket: string): boolean {
  let sockets: string
  try {
    sockets = readFileSync('/proc/net/unix', 'utf8')
  } catch {
    // Then the file alone has to do: waiting in vain is bounded.
    return true
  }
  return sockets.split('\n').some((line) => line.endsWith(` ${socket}`))
}
