import { join } from 'node:path'
import type { PluginCheckDocument } from '@claimd/sdk'
import { play, Replay } from '../core/replay.js'
import { examineUdev, KernelSource, networkNamespace } from '../links/index.js'
import {
  bundledPlugin,
  checkPlugin as checkPluginFor,
  doubtsOfFile,
  examineTools,
  examineWalls,
  forgetRemoved,
  install,
  Places,
  pack,
  RemovalMarks,
  remove,
} from '../plugin-host/index.js'
import { readRecording } from '../recording/index.js'
import { examineConfiguration, examineState, openStore } from '../store/index.js'
import { examineMachine } from './examine-machine.js'
import { bundledFolder, packageVersion, searchFolders } from './own-package.js'
import type { ConfigurationPlaces, ExaminedConfiguration, Tools } from './tools.js'

/** What can be done without a daemon. */
export const tools: Tools = {
  pack: (source, to) => pack(source, to, packageVersion()),
  install: (source, folder, options) =>
    install(source, folder, { hostVersion: packageVersion(), bundled: bundledFolder, ...options }),
  remove: (name, state, options) =>
    remove(name, join(state, 'plugins'), {
      ...options,
      bundled: bundledFolder,
      marks: new RemovalMarks(new Places(state).removed),
    }),
  forget: async (name, state) => forgetRemoved(name, state, openStore),
  isBundled: async (name) => (await bundledPlugin(name, bundledFolder)) !== null,
  replay: async (file) => {
    const { beginning, entries } = await readRecording(file)
    const replay = new Replay(beginning)
    const { claimd, node } = beginning
    return {
      claimd,
      node,
      playedBy: packageVersion(),
      events: play(replay, entries),
      rows: () => replay.rows,
    }
  },
  examineConfiguration: (places) => examineOperatorsFile(places),
  examine: ({ state, ...places }) =>
    examineMachine(state, {
      configuration: () => examineOperatorsFile(places),
      makeLinks: () => new KernelSource(),
      udev: examineUdev,
      networkNamespace,
      walls: examineWalls,
      tools: examineTools,
      database: () => examineState(state),
    }),
}

async function examineOperatorsFile({
  config,
  configRequired,
  plugins,
  bundled,
  dev = false,
}: ConfigurationPlaces): Promise<ExaminedConfiguration> {
  const { fault, configuration } = examineConfiguration(config, { required: configRequired })
  const folders = searchFolders(plugins, bundled)
  const seen = await doubtsOfFile(configuration, folders, { hostVersion: packageVersion(), dev })
  const doubts = seen.doubts.map(({ plugin: _, ...doubt }) => ({ file: config, ...doubt }))
  return {
    fault,
    doubts,
    connections: configuration.connections.map(({ name }) => name),
    plugins: seen.plugins,
  }
}

/** Checks a plugin's folder as this host would. @throws a `ClaimdError` with all its faults */
export function checkPlugin(folder: string): Promise<PluginCheckDocument> {
  return checkPluginFor(folder, packageVersion(), bundledFolder)
}
