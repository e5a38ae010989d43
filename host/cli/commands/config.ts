import { ClaimdError, type ConfigurationCheckDocument } from '@claimd/sdk'
import type { Command } from 'commander'
import { hidingFault } from '../../core/configuration/hiding-fault.js'
import { faultyFile } from '../../core/errors.js'
import type { Invocation } from '../invocation.js'
import { defaultPaths, fromFolder } from '../paths.js'
import { usageError } from '../usage.js'

interface CheckOptions {
  plugins?: string[]
  state?: string
  bundled: boolean
  dev?: boolean
}

/** `claimd config …` */
export function addConfig(program: Command, invocation: Invocation): void {
  program
    .command('config')
    .description('the configuration file')
    .summary('the configuration file; see: claimd config --help')
    .command('check')
    .description('all that is wrong with a configuration file; a daemon is not needed')
    .argument('[file]', "the file; by default the daemon's, or where a daemon would look for it")
    .option(
      '--plugins <dir>',
      'a folder of plugin folders, as for run; several add up; by default those of the daemon',
      (value: string, values: string[] = []) => [...values, value],
    )
    .option('--state <dir>', 'the state folder, in which installed plugins are')
    .option('--dev', 'plugins as run --dev takes them')
    .option('--no-bundled', 'without the plugins that ship with claimd')
    .action(async (file: string | undefined, options: CheckOptions) => {
      const document = await check(invocation, file, options)
      invocation.output.document(document, (await import('../views/config-check.js')).show)
    })
}

/** @throws a `ClaimdError` with everything that is wrong with the file */
async function check(
  invocation: Invocation,
  named: string | undefined,
  options: CheckOptions,
): Promise<ConfigurationCheckDocument> {
  const { world } = invocation
  const absolute = (what: string, path: string) => {
    if (path === '') throw usageError(`${what} names no path`, 'an empty text', 'a path')
    return fromFolder(world, path)
  }
  const givenFile = named === undefined ? undefined : absolute('FILE', named)
  const givenFolders = [
    ...(options.plugins ?? []).map((folder) => absolute('--plugins', folder)),
    ...(options.state === undefined ? [] : [`${absolute('--state', options.state)}/plugins`]),
  ]
  const usual = defaultPaths(world.env, world.uid)
  const daemon = await daemonsPlaces(invocation)
  const lost = daemon
    ? null
    : await world.findDaemon({ socket: await invocation.socket(), state: usual.state })
  const file = givenFile ?? daemon?.config ?? usual.config
  const { fault, doubts, connections, plugins } = await (await world.tools()).examineConfiguration({
    config: file,
    configRequired: givenFile !== undefined || (daemon?.isMissed ?? false),
    plugins:
      givenFolders.length > 0 ? givenFolders : (daemon?.plugins ?? [`${lost?.state ?? usual.state}/plugins`]),
    bundled: options.bundled && (givenFolders.length > 0 || (daemon?.bundled ?? true)),
    dev: options.dev ?? false,
  })
  const isFaulty = fault?.faults !== undefined
  if (fault !== null && !isFaulty) throw new ClaimdError(fault)
  const faults = [...(fault?.faults ?? []), ...doubts]
  if (faults.length > 0)
    throw faultyFile(
      'CONFIGURATION_INVALID',
      faults,
      isFaulty
        ? 'Correct each; claimd does not use the file before'
        : 'Correct each; claimd would use the rest of the file',
    )
  const warnings = connections
    .filter((name) => daemon?.added.includes(name))
    .map((name) => hidingFault(file, name))
  return { result: 'SUCCESS', file, connections: connections.length, plugins, warnings }
}

/** What a daemon that runs uses; `null` when none answers. */
async function daemonsPlaces({ world, socket }: Invocation) {
  try {
    const client = await world.connect(await socket())
    const [status, { plugins }] = [await client.status(), await client.plugins()]
    const { added = [] } = await client.connections()
    return {
      added,
      config: status.config,
      isMissed: status.configurationFault !== null,
      plugins: status.plugins,
      bundled: plugins.some(({ bundled }) => bundled),
    }
  } catch (error) {
    if (error instanceof ClaimdError) return null
    throw error
  }
}
