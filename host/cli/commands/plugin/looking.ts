import { type Command, InvalidArgumentError } from 'commander'
import type { Invocation } from '../../invocation.js'

/** What shows one plugin. */
export function addLooking(plugin: Command, invocation: Invocation): void {
  const { world, output } = invocation

  plugin
    .command('show')
    .description('everything about one plugin: versions, permissions, walls, refusals')
    .argument('<name>', "the plugin's whole name")
    .action(async (name: string) => {
      const document = await (await world.connect(await invocation.socket())).plugin(name)
      output.document(document, (await import('../../views/plugin.js')).show)
    })
  plugin
    .command('log')
    .description("the end of a plugin's log")
    .argument('<name>', "the plugin's whole name")
    .option('-n, --lines <number>', 'so many lines', lineCount, 20)
    .option('-f, --follow', 'and then what is added, until it is interrupted')
    .action(async (name: string, options: { lines: number; follow?: boolean }) => {
      const { pluginLog } = await import('./log.js')
      await pluginLog(await world.connect(await invocation.socket()), output, name, options)
    })
}

function lineCount(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= 1 && value <= 10_000) return value
  throw new InvalidArgumentError('a whole number from 1 to 10000')
}
