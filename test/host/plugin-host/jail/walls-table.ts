import type { WallName } from '../../../../host/plugin-host/jail/wall.js'
import type { AttemptName } from './attempts.js'

/** Walls that mean something only together with these. */
export const prerequisites: Partial<Record<WallName, WallName[]>> = {
  // Root needs no more privileges, sees all processes, and has as many as it likes.
  'no-new-privileges': ['own-user'],
  'hidden-processes': ['own-user', 'hidden-folders'],
  limits: ['own-user'],
}

/** For every attempt the walls that stop it, when the host is root: each of them without the others. None: not stopped. */
export const stoppedBy: Record<AttemptName, WallName[]> = {
  'reads /etc/shadow': ['own-user', 'node-permissions'],
  'reads the environment of the host': ['own-user', 'no-capabilities', 'node-permissions'],
  'opens the memory of the host': ['own-user', 'no-capabilities', 'node-permissions'],
  'reads /etc/passwd': ['node-permissions'],
  'reads /etc/passwd, its path given as bytes': ['node-permissions'],
  'opens /etc/passwd as a Blob': ['node-permissions'],
  'reads the command line of the host': ['hidden-processes', 'node-permissions'],
  'lists the root folder': ['node-permissions'],
  'watches /etc': ['node-permissions'],
  'sees that there are other processes': ['hidden-processes', 'node-permissions'],

  'reads a file in /tmp that is open to everybody': ['hidden-folders', 'node-permissions'],
  'imports code from outside': ['hidden-folders', 'node-permissions'],
  'requires code from outside': ['hidden-folders', 'node-permissions'],
  'loads an environment file from outside': ['hidden-folders', 'node-permissions'],
  'finds out whether a file outside exists, by require.resolve': ['hidden-folders'],
  'writes to a folder in /tmp that is open to everybody': ['hidden-folders', 'node-permissions'],

  'reads the data of another plugin': ['own-user', 'node-permissions'],
  'writes to the data of another plugin': ['own-user', 'node-permissions'],
  'reads the code of another plugin': ['own-user', 'node-permissions'],
  'imports the code of another plugin': ['own-user', 'node-permissions'],
  'lists the data folders': ['own-user', 'node-permissions'],
  'changes its own code': ['own-user', 'hidden-folders', 'node-permissions'],
  'adds to its own code': ['own-user', 'hidden-folders', 'node-permissions'],
  'changes the runner': ['own-user', 'no-capabilities', 'hidden-folders', 'node-permissions'],

  'follows a link in its data folder that leads out': ['hidden-folders'],
  'makes a link that leads out': ['hidden-folders', 'node-permissions'],
  'makes a hard link to a file outside': ['own-user', 'hidden-folders', 'node-permissions'],
  'moves a file out of its data folder': ['hidden-folders', 'node-permissions'],
  'changes its working folder': ['node-permissions'],
  'writes a heap snapshot outside': ['hidden-folders', 'node-permissions'],
  'runs a program from its data folder': ['hidden-folders', 'node-permissions'],

  'starts a program': ['node-permissions'],
  'reads /etc/shadow by a set-user-id program': ['no-new-privileges', 'node-permissions'],
  'forks Node': ['node-permissions'],
  'starts a worker': ['node-permissions'],
  'makes a WASI': ['node-permissions'],
  'requires a native addon': ['hidden-folders', 'node-permissions'],
  'loads a native addon': ['hidden-folders', 'node-permissions'],
  'opens the inspector': ['node-permissions'],
  'opens an inspector session': ['node-permissions'],
  'registers a loader': ['hidden-folders', 'node-permissions'],
  'reaches for process.binding': ['node-permissions'],
  'evaluates text as code': [],
  'compiles WebAssembly': [],
  'has a report made of itself': [],

  'signals the host': ['own-user'],
  'signals another plugin': ['own-user'],
  'changes the priority of the host': ['own-user', 'no-capabilities'],
  'raises its own priority': ['own-user', 'no-capabilities'],
  'becomes another user': ['own-user', 'no-capabilities'],
  'joins another group': ['own-user', 'no-capabilities'],

  'connects to a TCP port of the machine': ['empty-network'],
  'sends a UDP packet': ['empty-network'],
  'connects to an abstract socket': ['empty-network'],
  'connects to a socket file in /run, as the system bus has one': ['hidden-folders'],
  'connects to a socket file in /tmp': ['hidden-folders'],
  // What lies among the programs is seen by programs.
  'connects to a socket file among the programs': [],
  'sees the network of the machine': ['empty-network'],

  'opens more files than it may': ['limits'],
  'starts processes without end': ['limits', 'node-permissions'],
  'takes more memory in Buffers than it may': ['limits'],
  'writes a larger file than it may': ['limits'],
  'writes as many files as it likes': [],
}
