import { compilePathGlob, pathGlobsMeet } from './path-glob.js'

/**
 * Services on the system bus that run what they are told as root, or decide who may: a plugin that calls them
 * can do everything. No operator can grant them.
 */
export const neverServices: Readonly<Record<string, string>> = {
  'org.freedesktop.systemd1': 'starts any program as root',
  'org.freedesktop.PolicyKit1': 'decides who may do what',
  'org.freedesktop.machine1': 'opens a shell as root',
  'org.freedesktop.portable1': 'installs services that run as root',
  'org.freedesktop.Accounts': 'makes users into administrators',
  'org.freedesktop.PackageKit': 'installs programs as root',
}

/** What the bus itself may be asked: who is there, but not to show everybody's messages or to start services. */
const busItself = 'org.freedesktop.DBus'
const harmlessBusMembers = ['GetId', 'GetNameOwner', 'ListActivatableNames', 'ListNames', 'NameHasOwner'].map(
  (member) => `${busItself}.${member}`,
)

/**
 * Files that no plugin reads, whatever was granted: secrets of the machine, of its people, of processes and of
 * claimd, and devices, which do something when they are read.
 */
export const neverRead: readonly string[] = [
  '/etc/shadow',
  '/etc/shadow-',
  '/etc/gshadow',
  '/etc/gshadow-',
  '/etc/security/opasswd',
  '/etc/sudoers',
  '/etc/sudoers.d/**',
  '/etc/ssh/ssh_host_*_key',
  '/etc/ssl/private/**',
  '/etc/krb5.keytab',
  '/etc/claimd/**',
  '/var/lib/claimd/**',
  '/run/claimd/**',
  '/run/credentials/**',
  '/run/secrets/**',
  '/run/user/**',
  '/root/**',
  '/home/**',
  '/dev/**',
  '/sys/kernel/debug/**',
  '/sys/kernel/tracing/**',
  '/proc/kcore',
  '/proc/kmsg',
  '/proc/kallsyms',
  '/proc/*/auxv',
  '/proc/*/cmdline',
  '/proc/*/cwd/**',
  '/proc/*/environ',
  '/proc/*/fd/**',
  '/proc/*/fdinfo/**',
  '/proc/*/map_files/**',
  '/proc/*/maps',
  '/proc/*/mem',
  '/proc/*/pagemap',
  '/proc/*/root/**',
  '/proc/*/smaps',
  '/proc/*/stack',
  '/proc/*/syscall',
  '/proc/*/task/**',
]

const isNeverRead = neverRead.map(compilePathGlob)

/**
 * Whether a file is one that no plugin reads.
 * @param path the file itself, all links followed: another name of it would not be known
 */
export function mayNeverRead(path: string): boolean {
  return isNeverRead.some((fits) => fits(path))
}

/** The first of the files that no plugin reads which a glob reaches, as a glob; `null` when it reaches none. */
export function neverReadWithin(glob: string): string | null {
  return neverRead.find((never) => pathGlobsMeet(glob, never)) ?? null
}

/** Why a service on the system bus is never granted; `null` for others. */
export function neverService(name: string): string | null {
  // A service may own names below its own.
  const found = Object.entries(neverServices).find(
    ([never]) => name === never || name.startsWith(`${never}.`),
  )
  return found?.[1] ?? null
}

/** Why a method is never granted, whatever service it is called on; `null` for others. */
export function neverMember(service: unknown, member: string): string | null {
  const interfaceName = member.slice(0, member.lastIndexOf('.'))
  const because = neverService(interfaceName)
  if (because !== null) return because
  if (service !== busItself || harmlessBusMembers.includes(member)) return null
  return `is none of what the bus itself may be asked: ${harmlessBusMembers.join(', ')}`
}
