import type { PluginDecisionDocument } from '@claimd/sdk'
import type { Command } from 'commander'
import type { ControlClient } from '../../client.js'
import type { Invocation } from '../../invocation.js'
import { usageError } from '../../usage.js'

/** The operator's decisions about plugins; a running daemon takes them. */
export function addDecisions(plugin: Command, invocation: Invocation): void {
  const { world, output } = invocation
  const decides = (
    name: string,
    about: string,
    decide: (
      client: ControlClient,
      name: string,
      options: { reason?: string; undo?: boolean },
    ) => Promise<PluginDecisionDocument>,
  ) =>
    plugin
      .command(name)
      .description(about)
      .argument('<name>', "the plugin's whole name")
      .action(async (name: string, options: { reason?: string; undo?: boolean }) => {
        const client = await world.connect(await invocation.socket())
        const document = await decide(client, name, options)
        output.document(document, (await import('../../views/message.js')).show)
      })

  plugin
    .command('trust')
    .description('grant a plugin what it asks for, after showing that')
    .argument('<name>', "the plugin's whole name")
    .option('--yes', 'do not ask: for scripts')
    .action(async (name: string, options: { yes?: boolean }) => {
      const { trust } = await import('./trust.js')
      await trust(invocation, name, options)
    })
  decides('untrust', 'take back what was granted to a plugin', (client, name) => client.untrustPlugin(name))
  decides('enable', 'let a plugin run again', (client, name) => client.enablePlugin(name))
  decides(
    'disable',
    'stop a plugin; what it holds is offered to the others',
    (client, name, { reason, undo }) => {
      if (reason?.trim() === '')
        throw usageError('--reason says nothing', 'an empty text', 'a reason in words, or no --reason')
      return client.disablePlugin(name, reason, undo ? { undo } : {})
    },
  )
    .option('--reason <text>', 'why; it is recorded and shown')
    .option('--undo', 'also take back what it changed about links')
  decides('reload', "look at a plugin's folder now, and try a build again that failed", (client, name) =>
    client.reloadPlugin(name),
  )
}
