import type { Capability, DBusRule, ExecRule, LinkChange, Permissions } from '@claimd/sdk'
import { shellWord } from '../shell-word.js'

/** What a program with a capability can do, in words. */
const capabilityMeanings: Record<Capability, string> = {
  IPC_LOCK: 'keep memory from being swapped out',
  NET_ADMIN: 'change any link, address, route and firewall rule',
  NET_BIND_SERVICE: 'listen on ports below 1024',
  NET_RAW: 'read and forge packets',
  SYS_NICE: 'take precedence over other processes',
  SYS_TIME: 'set the clock',
}

/** A kind of change to a link, in words. */
const linkChangeMeanings: Record<LinkChange, string> = {
  address:
    'add and remove addresses, and so receive what is sent to their networks, on adapters that it holds',
  route: 'add and remove routes within the networks of the adapters that it holds',
  'any-route':
    'route traffic to any destination, such as all traffic by a default route, through adapters that it holds',
  up: 'set adapters that it holds up and down',
  mtu: 'set the MTU of adapters that it holds',
}

/**
 * What permissions allow, for a person who has to decide: a line each, such as `read /proc/net/route`, which
 * goes on after "may" or "asks to". No line when they allow nothing.
 */
export function describePermissions({ links, exec, dbus, read, network }: Permissions): string[] {
  return [
    ...(links?.change ?? []).map((change) => linkChangeMeanings[change]),
    ...(links?.create ?? []).map((name) => `make links named ${shellWord(name)}`),
    ...(exec ?? []).map(describeProgram),
    ...(dbus ?? []).flatMap(describeService),
    ...(read ?? []).map(describeRead),
    ...(network ? ["use the host's network from its own process"] : []),
  ]
}

function describeProgram({ program, args = [], capabilities = [], network = true }: ExecRule): string {
  const what =
    typeof program === 'string'
      ? shellWord(program)
      : `the program that the configuration of a connection names in config.${program.configured}`
  const line = args.map((arg) => (/^[\w@%+=:,./{}-]+$/.test(arg) ? arg : shellWord(arg)))
  const rights = capabilities.map((one) => `${one} (${capabilityMeanings[one] ?? 'not known'})`)
  return [
    `start ${what}`,
    line.length > 0 ? ` with ${line.join(' ')}` : ' without arguments',
    network ? '' : ', in an empty network',
    rights.length > 0 ? `, and with the capabilities ${rights.join(', ')}` : '',
  ].join('')
}

function describeService({ name, path = '/**', call = [], signals = [] }: DBusRule): string[] {
  const where = path === '/**' ? `of ${name} on the system bus` : `of ${path} at ${name} on the system bus`
  return [
    ...(call.length > 0 ? [`call ${call.join(', ')} ${where}`] : []),
    ...(signals.length > 0 ? [`hear ${signals.join(', ')} ${where}`] : []),
  ]
}

function describeRead(glob: string): string {
  if (glob.endsWith('/**')) return `read every file below ${glob.slice(0, -3)}`
  return glob.includes('*') ? `read the files ${glob}` : `read ${glob}`
}
