/** What stands between a plugin and the machine, from the outermost to the innermost. */
export const wallNames = [
  'own-user',
  'no-capabilities',
  'no-new-privileges',
  'hidden-folders',
  'hidden-processes',
  'empty-network',
  'own-ipc',
  'limits',
  'low-priority',
  'dies-with-host',
  'node-permissions',
] as const

export type WallName = (typeof wallNames)[number]

/** One wall, as an operator is told of it. */
export interface Wall {
  wall: WallName
  stands: boolean
  /** How it stands; or why it does not, and what is not stopped therefore. */
  because: string
}

/** What each wall does, and what is open without it: half sentences. */
export const wallWords: Readonly<Record<WallName, { stands: string; open: string }>> = {
  'own-user': {
    stands: 'each plugin runs as a user of its own',
    open: 'a plugin has the rights of the user that runs claimd: it can signal the host and other plugins, and their files are guarded by Node’s permissions alone',
  },
  'no-capabilities': {
    stands: 'a plugin has no capability and can get none',
    open: 'a plugin keeps capabilities of the host',
  },
  'no-new-privileges': {
    stands: 'no set-user-id program raises its rights',
    open: 'a program with the set-user-id bit raises the rights of whoever can start it',
  },
  'hidden-folders': {
    stands:
      'of the file system a plugin has the programs and /etc, read-only, its staged code and the data folders; sockets in /run and files in /home, /var and /tmp are not there',
    open: 'a plugin can connect to socket files that are open to everybody, the system bus among them',
  },
  'hidden-processes': {
    stands: 'of the processes in /proc a plugin sees its own',
    open: 'all processes and their command lines are listed in /proc, which Node’s permissions alone keep from a plugin',
  },
  'empty-network': {
    stands: 'each process has a network of its own with nothing in it',
    open: 'a plugin can open network connections and abstract sockets',
  },
  'own-ipc': {
    stands: 'System V IPC and POSIX message queues are its own',
    open: 'IPC objects of the machine can be reached by native code',
  },
  limits: {
    stands:
      'memory, open files, processes and the size of a file are limited; how many files it writes is not',
    open: 'a plugin can take memory outside of its heap and open files without limit',
  },
  'low-priority': {
    stands:
      'it gets no more of the processor than the host where both want it, and is ended first when memory runs out',
    open: 'a plugin that takes memory or spins has the same claim to them as the host',
  },
  'dies-with-host': {
    stands: 'the kernel ends it together with the host',
    open: 'a plugin that spins outlives a host that was killed; others end when they see their channel closed',
  },
  'node-permissions': {
    stands:
      'Node lets it read its own code and folder, write its folder, and start no process, worker, addon or debugger',
    open: 'a plugin can read and write what its user can, start programs and load native code',
  },
}
