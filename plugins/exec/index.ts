import type { PluginContext } from '@claimd/sdk'
import { ScriptProvider } from './provider.js'

/**
 * Scripts as providers: every configured connection of type `script` names an executable, which is asked about
 * adapters by the protocol of `sdk/docs/scripts.md`.
 */
export async function activate(context: PluginContext): Promise<void> {
  const provider = new ScriptProvider(context)
  context.providers.register('exec', provider)
  // What is described by now costs no offer its time.
  await provider.prepare()
}
