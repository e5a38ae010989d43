import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mountDeadlineMs } from '../limits.js'
import { type RootFolder, rootFolderScript } from './root-folder.js'
import { pathOf } from './tools.js'

/**
 * A mount namespace that was prepared once and that processes enter. Only the host's open descriptor (and who
 * is in it) keeps it: when the host is gone, however it ended, nothing is left behind.
 */
export class MountNamespace {
  readonly #descriptor: number
  /** Of the user namespace in which it could be made, when the host is not root. */
  readonly #user: number | null
  /** Whether /proc shows a process only what is its own. */
  readonly hidesProcesses: boolean

  private constructor(descriptor: number, user: number | null, hidesProcesses: boolean) {
    this.#descriptor = descriptor
    this.#user = user
    this.hidesProcesses = hidesProcesses
  }

  /** @throws an `Error` whose message is what the system said */
  static async open(root: RootFolder, { isRoot }: { isRoot: boolean }): Promise<MountNamespace> {
    const unshare = pathOf('unshare')
    if (unshare === null || pathOf('nsenter') === null) throw new Error('nsenter or unshare is not installed')
    const user = isRoot ? [] : ['--user', '--map-root-user']
    // Private: nothing that is mounted in it is seen outside.
    const args = [
      ...user,
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      '-c',
      rootFolderScript(root),
    ]
    const child = spawn(unshare, args, { env: {}, cwd: '/', timeout: mountDeadlineMs, killSignal: 'SIGKILL' })
    const ended = once(child, 'exit')
    try {
      const words = await lastLine(child)
      if (words[0] !== 'ready') throw new Error(words.join(' '))
      const descriptor = openSync(`/proc/${child.pid}/ns/mnt`, 'r')
      const owner = isRoot ? null : openSync(`/proc/${child.pid}/ns/user`, 'r')
      return new MountNamespace(descriptor, owner, words.includes('hidepid'))
    } finally {
      child.stdin.end()
      await ended
    }
  }

  /** Arguments for nsenter. */
  enter(): string[] {
    const own = (descriptor: number) => `/proc/${process.pid}/fd/${descriptor}`
    const user = this.#user === null ? [] : [`--user=${own(this.#user)}`, '--preserve-credentials']
    return [...user, `--mount=${own(this.#descriptor)}`]
  }

  close(): void {
    closeSync(this.#descriptor)
    if (this.#user !== null) closeSync(this.#user)
  }
}

/** Of its output, or of its errors when there was none. */
async function lastLine(child: ChildProcess): Promise<string[]> {
  let errors = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  child.stdout!.setEncoding('utf8')
  for await (const text of child.stdout!) return (text as string).trim().split(' ')
  await once(child, 'close')
  return (errors.trim().split('\n').at(0) || 'it ended without a word').split(' ')
}
