import type { Output } from './output.js'
import type { World } from './world.js'

/** What a command needs to do its work. */
export interface Invocation {
  world: World
  output: Output
  /** The control socket that the command line, the environment or the defaults name. */
  socket(): Promise<string>
  /** Makes the exit code of a command that ends without an error another one than 0. */
  exitWith(code: number): void
}
