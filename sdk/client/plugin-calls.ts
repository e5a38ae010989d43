import type {
  PluginDecisionDocument,
  PluginDocument,
  PluginLogDocument,
  PluginsDocument,
  ProvidersDocument,
} from '../api/index.js'
import { type Caller, queryOf } from './caller.js'

/** What can be seen and asked of plugins and their providers. Decisions are for root and the daemon's owner only. */
export interface PluginCalls {
  providers(): Promise<ProvidersDocument>
  plugins(): Promise<PluginsDocument>
  /** Everything about one plugin: versions, permissions, walls, refusals. */
  plugin(name: string): Promise<PluginDocument>
  /**
   * The last lines of a plugin's log, or what came after an earlier answer.
   * @param options.lines at most so many, 1 to 10,000. Default: 100.
   * @param options.since the `next` of the earlier answer
   */
  pluginLog(name: string, options?: { lines?: number; since?: string }): Promise<PluginLogDocument>
  /**
   * Grants what one build of a plugin asks for. For root and the daemon's owner only, as all that follow.
   * @param build the one that was looked at, see {@link plugin}; another one is refused (`PLUGIN_CHANGED`)
   */
  trustPlugin(name: string, build: string): Promise<PluginDecisionDocument>
  /** Takes back what was granted: a plugin that asks for anything is ended then. */
  untrustPlugin(name: string): Promise<PluginDecisionDocument>
  /** Takes back what the plugin changed about links, newest first; also what one changed that is gone by now. */
  undoPlugin(name: string): Promise<PluginDecisionDocument>
  /**
   * Removes what a plugin stored that `claimd plugin remove` has removed: secrets, storage, data folder, log, and what
   * operators decided about it. Does nothing for a plugin that was not removed.
   */
  forgetPlugin(name: string): Promise<PluginDecisionDocument>
  /** Refused (`PLUGIN_DISABLED_BY_FILE`) for a plugin that the configuration file disables. */
  enablePlugin(name: string): Promise<PluginDecisionDocument>
  /**
   * @param reason 1 to 500 characters without control characters; it is recorded. Default: none.
   * @param options.undo whether to take back what it changed about links. Default: no; then the message names what stays.
   */
  disablePlugin(name: string, reason?: string, options?: { undo?: boolean }): Promise<PluginDecisionDocument>
  /** Has the plugin's folder looked at now, and a build that failed tried again. */
  reloadPlugin(name: string): Promise<PluginDecisionDocument>
}

export const pluginCalls = (call: Caller): PluginCalls => ({
  providers: () => call.get('/v1/providers'),
  plugins: () => call.get('/v1/plugins'),
  plugin: (name) => call.get(pathOf(name)),
  pluginLog: (name, { lines, since } = {}) => call.get(`${pathOf(name)}/log${queryOf({ lines, since })}`),
  trustPlugin: (name, build) => call.post(`${pathOf(name)}/trust`, { build }),
  untrustPlugin: (name) => call.post(`${pathOf(name)}/untrust`),
  undoPlugin: (name) => call.post(`${pathOf(name)}/undo`),
  forgetPlugin: (name) => call.post(`${pathOf(name)}/forget`),
  enablePlugin: (name) => call.post(`${pathOf(name)}/enable`),
  disablePlugin: (name, reason, options = {}) => call.post(`${pathOf(name)}/disable`, { reason, ...options }),
  reloadPlugin: (name) => call.post(`${pathOf(name)}/reload`),
})

/** Names of plugins can have a slash in them: `@acme/claimd-lab`. */
function pathOf(name: string): string {
  return `/v1/plugins/${encodeURIComponent(name)}`
}
