import { shellWord } from '../../core/shell-word.js'

/** What a plugin sees of the file system. Paths are absolute and without links. */
export interface RootFolder {
  /** Staged copies of the runner and the plugins: read-only. */
  stage: string
  /** The plugins' own folders. */
  data: string
  /** Folders and links at the same place as outside, read-only: programs, libraries, settings. */
  visible: readonly { path: string; link: string | null }[]
  /** Single files from elsewhere, read-only. */
  files: readonly string[]
  /** Whether /proc is to hide what belongs to other users. */
  hideProcesses: boolean
  /** A folder of which the host writes the content; `null` when none is needed. */
  resolver: string | null
}

/** Always there, and nothing that is needed lies in it. */
const newRoot = '/sys'
const devices = ['null', 'zero', 'full', 'random', 'urandom']
/** They are looked for by programs, and empty. */
const empty = ['dev', 'home', 'proc', 'root', 'run', 'tmp', 'var/tmp']
const harmless = 'nosuid,nodev'

/**
 * A shell script that makes the folder the root of the mount namespace in which it runs, with an empty, tiny
 * and read-only file system for everything that is not named. It prints `ready`, with the word
 * `hidepid` behind it when /proc hides other users' processes.
 */
export function rootFolderScript({
  stage,
  data,
  visible,
  files,
  hideProcesses,
  resolver,
}: RootFolder): string {
  const inside = (path: string) => shellWord(newRoot + path)
  const bind = (path: string, flags: string) => [
    `mkdir -p ${inside(path)}`,
    `mount --rbind -o ${flags} ${shellWord(path)} ${inside(path)}`,
  ]
  return [
    'set -e',
    'umask 022',
    `mount -t tmpfs -o ${harmless},noexec,mode=0755,size=256k claimd ${newRoot}`,
    `cd ${newRoot}`,
    `mkdir -p ${empty.join(' ')}`,
    ...visible.flatMap(({ path, link }) =>
      link === null ? bind(path, `ro,${harmless}`) : [`ln -s ${shellWord(link)} ${inside(path)}`],
    ),
    `for d in ${devices.join(' ')}; do : > dev/$d; mount --bind /dev/$d dev/$d; done`,
    // Older kernels do not know the word, and would hide processes from everybody.
    `${hideProcesses} && mount -t proc -o ${harmless},noexec,hidepid=invisible proc proc 2>/dev/null && hidden=hidepid || hidden=`,
    '[ "$hidden" ] || mount --rbind /proc proc',
    ...files.flatMap((file) => [
      `mkdir -p ${inside(file.slice(0, file.lastIndexOf('/')))}`,
      `: > ${inside(file)}`,
      `mount --bind -o ro,${harmless} ${shellWord(file)} ${inside(file)}`,
    ]),
    ...(resolver === null
      ? []
      : [
          `mkdir -p ${inside(resolver)}`,
          `mount -t tmpfs -o ${harmless},noexec,mode=0755,size=64k claimd ${inside(resolver)}`,
        ]),
    ...bind(stage, `ro,${harmless}`),
    ...bind(data, `${harmless},noexec`),
    // Of the mount, not of the file system: an ordinary user may not speak of that.
    `mount -o remount,bind,ro,${harmless},noexec ${newRoot}`,
    // What was the root until now lies on an empty folder for a moment.
    'pivot_root . root',
    'umount -l root',
    'echo ready $hidden',
    // It lives until the host has taken hold of the namespace, or has ended.
    'read answer || :',
  ].join('\n')
}
