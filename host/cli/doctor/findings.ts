import {
  ClaimdError,
  type Fault,
  type Finding,
  type PluginRow,
  type PluginWall,
  type StatusDocument,
  type UnreadableFolder,
} from '@claimd/sdk'
import { systemSocket } from '@claimd/sdk/client'
import type { MachineFacts } from '../../app/machine-facts.js'
import type { FoundDaemon } from '../../lib/find-daemon.js'
import {
  lookAtPlugin,
  type PluginFinding,
  pluginFinding,
  takenTypeFindings,
  unreadableFinding,
} from '../plugin-finding.js'
import { describeFound, remedyFor } from '../unreachable.js'
import { degradedRemedy, isElsewhere } from '../views/status.js'

/** What a running daemon says of itself. */
export interface DaemonFacts {
  status: StatusDocument
  plugins: PluginRow[]
  /** Folders of plugins that it cannot read. */
  unreadable: UnreadableFolder[]
  /** Around a plugin that it runs; `null` when it has none. */
  walls: PluginWall[] | null
}

interface Paths {
  socket: string
  config: string
  state: string
  uid: number
  /** A daemon that runs and cannot be reached at the socket. Default: none. */
  found?: FoundDaemon | null
  /** Which of the paths are the defaults, since no daemon was there to ask and none was named. Default: neither. */
  assumed?: { config: boolean; state: boolean }
}

const byDefault = (isAssumed: boolean | undefined, option: string) =>
  isAssumed ? `, the default, as no daemon could be asked; ${option} names another` : ''

/**
 * What the facts mean for who wants to run claimd, in the order in which one would look. `wrong` keeps claimd, or
 * a plugin, from doing its work; `limited` is something that it does without.
 */
export function findings(machine: MachineFacts, daemon: DaemonFacts | ClaimdError, paths: Paths): Finding[] {
  const running = daemon instanceof ClaimdError ? null : daemon
  return [
    daemonFinding(daemon, paths),
    ...holderFindings(running),
    nodeFinding(running?.status.node ?? machine.node),
    linksFinding(
      running ? { kind: running.status.links, because: running.status.linksBecause } : machine.links,
    ),
    ...udevFindings(running ? running.status.udev : machine.udev),
    ...namespaceFindings(machine, running),
    ...configurationFindings(machine, running, paths),
    ...stateFindings(machine, running, paths),
    ...toolFindings(machine),
    ...wallFindings(running?.walls ?? machine.walls, running !== null && running.walls !== null, paths),
    ...(running?.plugins ?? []).flatMap((plugin) => [
      ...pluginFindings(plugin, paths),
      ...takenTypeFindings(plugin).map((one) => aboutPlugin(`plugin ${plugin.name}`, one)),
    ]),
    ...(running?.unreadable ?? []).map((one) => aboutPlugin('plugin folders', unreadableFinding(one))),
  ]
}

const finding = (
  verdict: Finding['verdict'],
  subject: string,
  found: string,
  remedy: string | null = null,
) => ({
  verdict,
  subject,
  found,
  remedy,
})

function daemonFinding(daemon: DaemonFacts | ClaimdError, { socket, found: lost = null }: Paths): Finding {
  if (daemon instanceof ClaimdError) {
    if (lost !== null)
      return finding('wrong', 'daemon', `${daemon.message}; ${describeFound(lost)}`, remedyFor(lost, socket))
    const found = `${daemon.message}; what follows was found out without it`
    return finding('wrong', 'daemon', found, daemon.remedy)
  }
  const { version, pid, health, because } = daemon.status
  if (health === 'running') return finding('ok', 'daemon', `claimd ${version} runs, pid ${pid}`)
  const found = `claimd ${version} runs, pid ${pid}, and is ${health}: ${because ?? 'for an unknown reason'}`
  return finding('wrong', 'daemon', found, degradedRemedy(daemon.status))
}

/** Adapters that nobody answers for, and whether anybody can be asked. */
function holderFindings(running: DaemonFacts | null): Finding[] {
  if (running === null) return []
  const { orphaned = 0 } = running.status.adapters
  const are = orphaned === 1 ? '1 is' : `${orphaned} are`
  const found = `${are} orphaned: protected, and no provider answers for ${orphaned === 1 ? 'it' : 'them'}`
  const runs = running.plugins.some(({ state }) => !['rejected', 'disabled', 'untrusted'].includes(state))
  return [
    ...(orphaned > 0
      ? [finding('limited', 'adapters', found, 'See which and why: claimd adapters --state orphaned')]
      : []),
    ...(runs
      ? []
      : [finding('limited', 'plugins', 'none runs, so no adapter is claimed', 'See: claimd plugins')]),
  ]
}

function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    return finding('wrong', 'Node', version, 'Use Node 20.19 or later; Node 24 is recommended')
  if (major === 20) return finding('limited', 'Node', `${version}, whose life has ended`, 'Use Node 24')
  return finding('ok', 'Node', version)
}

function linksFinding({ kind, because }: MachineFacts['links']): Finding {
  const found = because === null ? kind : `${kind}: ${because}`
  if (kind === 'none') return finding('wrong', 'links', found, 'Run claimd where /proc and /sys are mounted')
  if (because === null) return finding('ok', 'links', found)
  return finding(
    'limited',
    'links',
    found,
    'Changes are seen later than by netlink, and less is known of links',
  )
}

/** Simulated links have no udev. */
function udevFindings(udev: StatusDocument['udev']): Finding[] {
  switch (udev) {
    case 'runs':
      return [finding('ok', 'udev', 'it runs; new links are awaited until it has named them')]
    case 'elsewhere':
      return [
        finding(
          'ok',
          'udev',
          'it does not look after the network namespace of these links, and is not waited for',
        ),
      ]
    case 'absent':
      return [
        finding('limited', 'udev', 'it does not run: vendor, product and ID_NET_MANAGED_BY are not known'),
      ]
    default:
      return []
  }
}

/** What `ip link` shows here is then not what claimd shows, though the names may be the same. */
function namespaceFindings({ networkNamespace: here }: MachineFacts, running: DaemonFacts | null): Finding[] {
  if (running === null || !isElsewhere(running.status, here)) return []
  const { networkNamespace: there, pid } = running.status
  const found = `the daemon watches the adapters of ${there}; this command runs in ${here}`
  return [
    finding('ok', 'network namespace', found, `See what it sees: nsenter --net=/proc/${pid}/ns/net ip link`),
  ]
}

/** Of the file in use the daemon knows best; another one was examined from here. One finding for each fault. */
function configurationFindings(
  machine: MachineFacts,
  running: DaemonFacts | null,
  { config, assumed }: Paths,
): Finding[] {
  const status = running?.status.config === config ? running.status : null
  const fault = status ? status.configurationFault : machine.configuration
  const doubts = status ? status.configurationDoubts : machine.configurationDoubts
  if (fault === null && doubts.length === 0)
    return [finding('ok', 'configuration', `no fault in ${config}${byDefault(assumed?.config, '--config')}`)]
  const wrong = (where: string, found: string | null, expected: string | null, remedy: string | null) =>
    finding('wrong', 'configuration', `${where}: found ${found}, expected ${expected}`, remedy)
  const inForce = status ? '; the last good one is in force' : ''
  const places = (faults: readonly Fault[], suffix: string, file = config) =>
    faults.map(({ field, found, expected, remedy }) =>
      wrong(`${file}${field && ` at ${field}`}`, found, `${expected}${suffix}`, remedy),
    )
  const faults = fault?.faults
    ? places(fault.faults, inForce)
    : fault
      ? [wrong(fault.message, fault.found, `${fault.expected}${inForce}`, fault.remedy)]
      : []
  // Beside a faulty file they are about the one before it.
  return [...faults, ...places(doubts, '', fault && status ? 'the configuration in force' : config)]
}

/** Of the folder in use it is known that it can be written; that a restart works is not. */
function stateFindings(machine: MachineFacts, running: DaemonFacts | null, paths: Paths): Finding[] {
  const { state, uid, found = null, assumed } = paths
  const isInUse = running?.status.state === state || found?.state === state
  const { state: trouble, database } = machine
  const remedy = `Name another folder with --state${uid === 0 ? '' : ', or ask as root'}`
  // Told of the daemon already.
  if (running?.status.state === state && running.status.health === 'degraded') return []
  if (!isInUse && trouble !== null) return [finding('wrong', 'state', `${state}: ${trouble}`, remedy)]
  // What another user's daemon keeps is not for this user to read.
  const isPrivate = isInUse && database?.code === 'STATE_FORBIDDEN'
  if (database === null || isPrivate)
    return [finding('ok', 'state', `${state}${byDefault(assumed?.state, '--state')}`)]
  if (database.code === 'TEMPORARY_FOLDER_UNUSABLE')
    return [finding('limited', 'state', `${state} was not examined: ${database.message}`, database.remedy)]
  const when = isInUse ? 'the next start fails: ' : ''
  const text = `${when}${database.message}: found ${database.found}, expected ${database.expected}`
  return [finding('wrong', 'state', text, database.remedy)]
}

function toolFindings({ tools }: MachineFacts): Finding[] {
  const missing = tools.filter(({ path }) => path === null).map(({ name }) => name)
  if (missing.length === 0) return [finding('ok', 'tools', tools.map(({ name }) => name).join(', '))]
  return [finding('limited', 'tools', `not installed: ${missing.join(', ')}`, 'Install util-linux')]
}

/** What to do about the walls that are missing is told once. */
function wallFindings(walls: MachineFacts['walls'], ofDaemon: boolean, { uid, socket }: Paths): Finding[] {
  const standing = walls.filter(({ stands }) => stands)
  const whose = ofDaemon ? 'around its plugins' : 'around plugins of a daemon of this user'
  const isOfRoot = uid === 0 || (ofDaemon && socket === systemSocket)
  const remedy =
    isOfRoot || standing.length === walls.length ? null : 'Most walls need a daemon that runs as root'
  return [
    finding('ok', 'walls', `${standing.length} of ${walls.length} stand ${whose}`, remedy),
    ...walls
      .filter(({ stands }) => !stands)
      .map(({ wall, because }) => finding('limited', `wall ${wall}`, because)),
  ]
}

function pluginFindings(plugin: PluginRow, { uid, socket }: Paths): Finding[] {
  // Who may look at root's daemon may not decide for it.
  const found = pluginFinding(plugin, { asRoot: uid !== 0 && socket === systemSocket })
  if (found === null) return []
  return [
    aboutPlugin(`plugin ${plugin.name}`, { ...found, remedy: found.remedy ?? lookAtPlugin(plugin.name) }),
  ]
}

function aboutPlugin(subject: string, { verdict, found, remedy }: PluginFinding): Finding {
  return finding(verdict, subject, found, remedy)
}
