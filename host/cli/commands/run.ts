import { type Command, InvalidArgumentError } from 'commander'
import type { Invocation } from '../invocation.js'
import type { RunOptions } from '../run.js'

/** `claimd run`: its own code is loaded only when it runs. */
export function addRun(program: Command, invocation: Invocation): void {
  program
    .command('run')
    .description('the daemon, in the foreground')
    .option('--config <file>', 'the configuration file')
    .option('--plugins <dir>', 'a folder of plugin folders; several add up', collect)
    .option(
      '--state <dir>',
      'the folder for what has to last; plugins are also looked for in its folder plugins',
    )
    .option('--simulate <file>', 'adapters from a script instead of the kernel, with a state of their own')
    .option(
      '--record <file>',
      'write all that enters the core to a new file, for a bug report; see: claimd replay --help',
    )
    .option(
      '--dev',
      'for writing plugins: TypeScript runs as it is, each reload is told, and what a plugin asks for is granted',
    )
    .option(
      '--inspect <plugin>',
      "a debugger can attach to this plugin's process, at a port of this machine: NAME or NAME=PORT",
      inspected,
    )
    .option('--no-bundled', 'without the plugins that ship with claimd')
    .action(async (options: RunOptions) => {
      const { run } = await import('../run.js')
      await run(invocation, options)
    })
}

function collect(value: string, values: string[] = []): string[] {
  return [...values, value]
}

/** Node's usual port; further plugins get the ports after it. */
const firstPort = 9229

function inspected(text: string, before: { plugin: string; port: number }[] = []) {
  const [, plugin, given] = /^([^=]+)(?:=(\d{1,5}))?$/.exec(text) ?? []
  const port = given === undefined ? firstPort + before.length : Number(given)
  const free = port > 0 && port < 65_536 && before.every((one) => one.port !== port)
  if (plugin !== undefined && free) return [...before, { plugin, port }]
  throw new InvalidArgumentError("a plugin's whole name, or NAME=PORT with a port of its own from 1 to 65535")
}
