/**
 * What runs in the plugin's own process in place of the plugin, and runs it. It is copied beside the plugin and
 * imports nothing but Node.
 */
import type { PluginModule } from '@claimd/sdk'
import { Probe } from './probe.js'
import { leftovers } from './process-facts.js'
import { type Contributed, leftoversMark } from './requests.js'

/** Makes a plugin of the one that `load` imports. */
export function instrument(load: () => Promise<unknown>, contributed: Contributed): PluginModule {
  const probe = new Probe(contributed)
  let plugin: PluginModule | undefined
  return {
    async activate(context) {
      // The streams are made at their first use.
      void [process.stdout, process.stderr]
      const before = process.getActiveResourcesInfo()
      // The first to be registered is the last to be disposed of.
      context.subscriptions.push({
        dispose: () => context.log(leftoversMark + JSON.stringify(leftovers(before))),
      })
      try {
        plugin = moduleOf(await load())
        await plugin.activate(probe.contextFor(context))
      } catch (thrown) {
        probe.note('activation', thrown)
      }
      probe.standIn(context)
    },
    deactivate: () => plugin?.deactivate?.(),
  }
}

function moduleOf(imported: unknown): PluginModule {
  const { default: whole } = imported as { default?: PluginModule }
  const module =
    typeof (imported as PluginModule).activate === 'function' ? (imported as PluginModule) : whole
  if (typeof module?.activate === 'function') return module
  throw new Error('main does not export a function "activate"')
}
