import type { Output } from './output.js'
import type { World } from './world.js'

/** What a command needs to do its work. */
export interface Invocation {
  world: World
  output: Output
  /** The control socket that the command line or the environment names, else that of the daemon that is found. */
  socket(): Promise<string>
  /** The control socket of this user's own daemon, whether it runs or not. */
  ownSocket(): Promise<string>
  /** Makes the exit code of a command that ends without an error another one than 0. */
  exitWith(code: number): void
}
