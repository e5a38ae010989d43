import type { LaunchRequest } from './launch-request.js'

/** The heap of a plugin's process, in MiB. */
const heapLimitMb = 128

/** Of its nursery, each half, in MiB: with Node's 16 a busy plugin is 24 MB larger, and no faster. */
const nurseryMb = 2

const known = process.allowedNodeEnvironmentFlags

/** How this Node calls its permissions; `null` when it has none. */
export const permissionFlag =
  ['--permission', '--experimental-permission'].find((flag) => known.has(flag)) ?? null

/** Whether a debugger can attach in spite of permissions. */
export const mayAllowInspector = known.has('--allow-inspector')

/** Of every plugin's Node: its heap. Of V8's four helper threads a plugin needs one. */
export const baseFlags = [
  `--max-old-space-size=${heapLimitMb}`,
  `--max-semi-space-size=${nurseryMb}`,
  '--v8-pool-size=1',
]

/** The flags of a plugin's Node. */
export function nodeFlags(request: LaunchRequest, permissions: boolean): string[] {
  const { sourceMaps } = request
  return [
    ...baseFlags,
    ...(permissions ? permissionFlags(request) : []),
    // Until the runner takes SIGUSR1 for itself. Node 20 has no such flag.
    ...(known.has('--disable-sigusr1') ? ['--disable-sigusr1'] : []),
    ...(sourceMaps ? ['--enable-source-maps'] : []),
  ]
}

function permissionFlags({ runner, modules, readable, data, network, inspect }: LaunchRequest): string[] {
  const folders = [...(modules === undefined ? [] : [modules]), ...readable, ...(data === null ? [] : [data])]
  const reads = [runner, ...folders.map(everythingIn)]
  const writes = data === null ? [] : [everythingIn(data)]
  return [
    permissionFlag!,
    // That permissions are experimental in Node 20 is not for the plugin's log.
    ...(known.has('--disable-warning') ? ['--disable-warning=ExperimentalWarning'] : []),
    // Of what it warns, the developer who asked for it knows.
    ...(inspect && mayAllowInspector ? ['--allow-inspector', '--disable-warning=PERM0004'] : []),
    ...(network && known.has('--allow-net') ? ['--allow-net'] : []),
    ...reads.map((path) => `--allow-fs-read=${path}`),
    ...writes.map((path) => `--allow-fs-write=${path}`),
  ]
}

/** `DIR` alone would mean one file as long as the folder is not there; `DIR*` would mean its neighbours as well. */
const everythingIn = (folder: string) => `${folder}/*`
