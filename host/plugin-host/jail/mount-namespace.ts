import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { chmodSync, closeSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { type RootFolder, rootFolderScript } from './root-folder.js'
import { pathOf } from './tools.js'

/** How long preparing or trying a wall may take before the host starts without it, in milliseconds. */
export const prepareMs = 15_000

/**
 * A mount namespace that was prepared once and that processes enter. Only the host's open descriptor (and who
 * is in it) keeps it: when the host is gone, however it ended, nothing is left behind.
 */
export class MountNamespace {
  readonly #descriptor: number
  /** Of the folder of which the host writes the content. */
  readonly #resolver: number | null
  /** Of the user namespace in which it could be made, when the host is not root. */
  readonly #user: number | null
  /** Whether /proc shows a process only what is its own. */
  readonly hidesProcesses: boolean

  private constructor(
    descriptors: Record<'mounts' | 'user' | 'resolver', number | null>,
    hidesProcesses: boolean,
  ) {
    this.#descriptor = descriptors.mounts!
    this.#user = descriptors.user
    this.#resolver = descriptors.resolver
    this.hidesProcesses = hidesProcesses
  }

  /** For where its tools are installed. @throws an `Error` whose message is what the system said */
  static async open(root: RootFolder, { isRoot }: { isRoot: boolean }): Promise<MountNamespace> {
    const user = isRoot ? [] : ['--user', '--map-root-user']
    // Private: nothing that is mounted in it is seen outside.
    const namespaces = [...user, '--mount', '--propagation', 'private']
    const child = spawn(pathOf('unshare')!, [...namespaces, '--', '/bin/sh', '-c', rootFolderScript(root)], {
      env: {},
      cwd: '/',
      timeout: prepareMs,
      killSignal: 'SIGKILL',
    })
    const ended = new Promise((done) => child.once('close', done).once('error', done))
    try {
      const words = (await answer(child)).split(' ')
      const process = `/proc/${child.pid}`
      const descriptors = {
        mounts: openSync(`${process}/ns/mnt`, 'r'),
        user: isRoot ? null : openSync(`${process}/ns/user`, 'r'),
        resolver: root.resolver === null ? null : openSync(`${process}/root${root.resolver}`, 'r'),
      }
      return new MountNamespace(descriptors, words.includes('hidepid'))
    } finally {
      child.stdin.end()
      await ended
    }
  }

  /** Whether it has a folder for {@link write}. */
  get isWritable(): boolean {
    return this.#resolver !== null
  }

  /** Arguments for nsenter. */
  enter(): string[] {
    const own = (descriptor: number) => `/proc/${process.pid}/fd/${descriptor}`
    const user = this.#user === null ? [] : [`--user=${own(this.#user)}`, '--preserve-credentials']
    return [...user, `--mount=${own(this.#descriptor)}`]
  }

  /** Puts a file into the folder of the plan's `resolver`, at once for all who are in the namespace. */
  write(name: string, content: Uint8Array): void {
    const folder = `/proc/self/fd/${this.#resolver}`
    writeFileSync(`${folder}/.${name}`, content)
    chmodSync(`${folder}/.${name}`, 0o644)
    renameSync(`${folder}/.${name}`, `${folder}/${name}`)
  }

  close(): void {
    for (const descriptor of [this.#descriptor, this.#user, this.#resolver]) {
      if (descriptor !== null) closeSync(descriptor)
    }
  }
}

/** What the script prints when it is ready. @throws what went wrong, in its own words */
function answer(child: ChildProcessWithoutNullStreams): Promise<string> {
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return new Promise((done, fail) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => done(text.trim()))
    child.once('error', fail)
    child.once('close', () => fail(new Error(errors.split('\n').find(Boolean) ?? 'it ended without a word')))
  })
}
