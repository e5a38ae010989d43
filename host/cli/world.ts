import type { PluginCheckDocument } from '@claimd/sdk'
import type { Daemon, DaemonOptions } from '../core/engine/daemon.js'
import type { ControlClient } from './client.js'
import type { Stream } from './page.js'

/** Everything outside that the commands touch, so that a test can be the outside. */
export interface World {
  /** The arguments after the program's name. */
  args: readonly string[]
  env: NodeJS.ProcessEnv
  uid: number
  stdout: Stream
  stderr: Stream
  now(): Date
  /** The control socket to use when none is named. */
  defaultSocket(): Promise<string>
  connect(socket: string): Promise<ControlClient>
  /** Checks a plugin's folder. @throws a `ClaimdError` with all its faults */
  checkPlugin(folder: string): Promise<PluginCheckDocument>
  startDaemon(options: DaemonOptions): Promise<Daemon>
  signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>
  /** Ends the process at once. */
  exit(code: number): void
  /** From now on a reader that goes away does not end the process. */
  outliveReaders(): void
}
