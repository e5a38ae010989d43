import type { PluginCheckDocument } from '@claimd/sdk'
import type { FoundSocket } from '@claimd/sdk/client'
import type { ConformanceReport } from '@claimd/sdk/conformance'
import type { Daemon, DaemonOptions } from '../app/daemon.js'
import type { Tools } from '../app/tools.js'
import type { FoundDaemon } from '../lib/find-daemon.js'
import type { ControlClient } from './client.js'
import type { Stream } from './page.js'
import type { RunningCommand } from './run-command.js'

/** Everything outside that the commands touch, so that a test can be the outside. */
export interface World {
  /** The arguments after the program's name. */
  args: readonly string[]
  env: NodeJS.ProcessEnv
  uid: number
  /** How this claimd is called in a shell, such as `npx claimd`. */
  command(): string
  /** The working directory. Reading it throws a `ClaimdError` `USAGE` when it no longer exists. */
  folder: string
  stdout: Stream
  stderr: Stream
  now(): Date
  /** The control socket that this user's daemon listens on when none is named. */
  defaultSocket(): Promise<string>
  /** The daemon to ask when none is named: the user's own, else root's. */
  findSocket(): Promise<FoundSocket>
  connect(socket: string): Promise<ControlClient>
  /** The network namespace of this process, such as `net:[4026531840]`; `null` where it cannot be known. */
  networkNamespace(): string | null
  /** Finds a daemon whose socket does not answer. */
  findDaemon(places: { socket: string; state: string }): Promise<FoundDaemon | null>
  /** Asks the person at the terminal and resolves with the answer; with `null` when nobody is there. */
  ask(question: string): Promise<string | null>
  /** All of standard input. */
  input(): Promise<string>
  /** Runs an editor, as a shell would run its command, on a file, and resolves with its exit code. */
  edit(editor: string, file: string): Promise<number>
  /** Runs a command with the input and output of this process. */
  runCommand(command: readonly string[]): Promise<RunningCommand>
  /** What can be done without a daemon. */
  tools(): Promise<Tools>
  /** Checks a plugin's folder. @throws a `ClaimdError` with all its faults */
  checkPlugin(folder: string): Promise<PluginCheckDocument>
  startDaemon(options: DaemonOptions): Promise<Daemon>
  /** Verifies the plugin in a folder with the conformance kit; `only` these cases if any are named. */
  verifyPlugin(options: { folder: string; only?: readonly string[] }): Promise<ConformanceReport>
  signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>
  /** Ends the process at once. */
  exit(code: number): void
  /** From now on a reader that goes away does not end the process. */
  outliveReaders(): void
}
